import type { Socket } from "node:net"
import { sendLastBytes } from "../answer/end-connection.ts"
import type { GatewayState } from "../gateway-state.ts"
import { readHello } from "./client-hello.ts"
import { answerPlainHttp, isPlainHttp } from "./plain-http.ts"

/** Fatal, `unrecognized_name`, in a TLS record: RFC 6066 section 3, RFC 8446 section 6. */
const UNRECOGNIZED_NAME = Buffer.from([21, 3, 3, 0, 2, 2, 112])

/**
 * What happens to a connection before TLS. A name for which there is no certificate to be had is refused with the alert that
 * says so: Node itself would reset the connection, and no page can be shown without a certificate for the name.
 * Clients that speak plain HTTP are told, or sent to, the https URL.
 * @param enter the TLS server's own listener
 */
export const inspectConnection =
  (state: GatewayState, enter: (socket: Socket) => void) =>
  (socket: Socket): void => {
    if (state.connections.admit(socket) === undefined) return
    socket.on("error", () => socket.destroy())
    const deadline = setTimeout(() => socket.destroy(), state.limits.handshakeTimeoutMs)
    socket.once("close", () => clearTimeout(deadline))
    let seen: Buffer = Buffer.alloc(0)
    const onData = (chunk: Buffer): void => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
      const hello = readHello(seen)
      if (hello.kind === "incomplete") return
      if (hello.kind === "other" && isPlainHttp(seen) === "perhaps") return
      socket.off("data", onData)
      socket.pause()
      clearTimeout(deadline)
      void state.ready.then(async () => {
        if (hello.kind === "other") {
          if (!socket.destroyed) answerPlainHttp(state, socket, seen)
          return
        }
        const known = hello.servername === undefined || (await hasCertificate(state, hello.servername))
        if (socket.destroyed) return
        if (!known) {
          sendLastBytes(socket, UNRECOGNIZED_NAME)
          return
        }
        socket.unshift(seen)
        enter(socket)
      })
    }
    socket.on("data", onData)
  }

const hasCertificate = async ({ routing, unserved }: GatewayState, servername: string): Promise<boolean> =>
  routing.secureContext(servername) !== undefined || (await unserved.prepare(servername))
