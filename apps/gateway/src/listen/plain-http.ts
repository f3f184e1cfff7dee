import type { Socket } from "node:net"
import { sendLastBytes } from "../answer/end-connection.ts"
import { bareAnswer } from "../answer/page.ts"
import { refusals } from "../answer/refusals.ts"
import type { GatewayState } from "../gateway-state.ts"
import { originOf, parseAuthority } from "../table/address.ts"
import { isLocalName } from "../table/local-name.ts"

const MAX_HEAD = 8 * 1024

/** `perhaps`: more bytes are needed to tell, or to answer. */
export function isPlainHttp(bytes: Buffer): boolean | "perhaps" {
  const text = bytes.toString("latin1", 0, MAX_HEAD)
  if (!/^[A-Z]{1,16}(?: |$)/.test(text)) return false
  return bytes.length >= MAX_HEAD || text.includes("\r\n\r\n") || "perhaps"
}

/** A browser that was given `http:` is sent to the same host and port with `https:`; anybody else is told. Others are closed. */
export function answerPlainHttp(state: GatewayState, socket: Socket, bytes: Buffer): void {
  if (isPlainHttp(bytes) !== true) {
    socket.destroy()
    return
  }
  const text = bytes.toString("latin1", 0, MAX_HEAD)
  const [, method = "", path = ""] = /^([A-Z]+) (\/[!-~]*) HTTP\/1\.[01]\r\n/.exec(text) ?? []
  const [, authority = ""] = /\r\nhost:[ \t]*([^\s]+)[ \t]*\r\n/i.exec(text) ?? []
  const to = parseAuthority(authority)
  const known = to !== undefined && (state.routing.destinations.has(to.host) || isLocalName(to.host))
  if (!known || (method !== "GET" && method !== "HEAD")) {
    sendLastBytes(socket, bareAnswer(refusals.plainHttp()))
    return
  }
  // The port that the caller used leads here: the gateway's own may lead nowhere for it.
  const location = `${originOf(to)}${path}`
  sendLastBytes(socket, bareAnswer(refusals.toHttps(location), { location }))
}
