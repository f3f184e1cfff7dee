import type { Socket } from "node:net"
import { sendLastBytes } from "../answer/end-connection.ts"
import { bareAnswer } from "../answer/page.ts"
import { refusals } from "../answer/refusals.ts"
import type { GatewayState } from "../gateway-state.ts"
import { hostOf } from "../table/address.ts"

const MAX_HEAD = 8 * 1024

/** `perhaps`: more bytes are needed to tell, or to answer. */
export function isPlainHttp(bytes: Buffer): boolean | "perhaps" {
  const text = bytes.toString("latin1", 0, MAX_HEAD)
  if (!/^[A-Z]{1,16}(?: |$)/.test(text)) return false
  return bytes.length >= MAX_HEAD || text.includes("\r\n\r\n") || "perhaps"
}

/** A browser that was given `http:` is sent to the same address with `https:`; anybody else is told. Others are closed. */
export function answerPlainHttp(state: GatewayState, socket: Socket, bytes: Buffer): void {
  if (isPlainHttp(bytes) !== true) {
    socket.destroy()
    return
  }
  const text = bytes.toString("latin1", 0, MAX_HEAD)
  const [, method = "", path = ""] = /^([A-Z]+) (\/[!-~]*) HTTP\/1\.[01]\r\n/.exec(text) ?? []
  const [, authority = ""] = /\r\nhost:[ \t]*([^\s]+)[ \t]*\r\n/i.exec(text) ?? []
  const host = hostOf(authority)
  const to = host === undefined ? undefined : state.routing.destinations.get(host)
  if (to === undefined || (method !== "GET" && method !== "HEAD")) {
    sendLastBytes(socket, bareAnswer(refusals.plainHttp()))
    return
  }
  const location = `https://${host}:${state.routing.port}${path}`
  sendLastBytes(socket, bareAnswer(refusals.toHttps(location), { location }))
}
