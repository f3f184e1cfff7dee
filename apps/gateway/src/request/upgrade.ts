import { type IncomingMessage, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { TLSSocket } from "node:tls"
import { endBothWays } from "../answer/end-connection.ts"
import { refusals } from "../answer/refusals.ts"
import type { GatewayState } from "../gateway-state.ts"
import { admitHttp1 } from "./admit-http1.ts"
import { refuse } from "./http1.ts"
import { requestHeaders } from "./request-headers.ts"
import { Tunnel } from "./tunnel.ts"

/** A client may try h2c with any request; RFC 9113 dropped it, so such a request is an ordinary one. */
export const isUpgrade = (request: IncomingMessage): boolean => request.headers.upgrade?.toLowerCase() !== "h2c"

/**
 * Connects a client that asks for another protocol, such as WebSocket, with an upstream that agrees: from then on
 * bytes pass untouched both ways. Any other answer of the upstream is an ordinary response.
 */
export const upgradeListener =
  (state: GatewayState) =>
  (request: IncomingMessage, client: Duplex, head: Buffer): void => {
    client.on("error", () => client.destroy())
    const response = responseOn(request, client, state.limits.lingerMs)
    const admitted = admitHttp1(state, request, client)
    if ("status" in admitted) {
      refuse(state, request, response, admitted)
      return
    }
    const { address, path, socket } = admitted
    const { headers, body } = requestHeaders({
      raw: request.rawHeaders,
      address,
      remoteAddress: socket.remoteAddress,
      streamed: false,
    })
    if (body) {
      refuse(state, request, response, refusals.invalid("an upgrade with a body"))
      return
    }
    const { destination } = address
    const forwarded = {
      method: request.method ?? "GET",
      path,
      headers,
      upgrade: request.headers.upgrade ?? "",
      headersTimeout: destination.timeoutMs,
    }
    new Tunnel({ state, destination, forwarded, request, response, client: socket, head }).start()
  }

/** Node ends the connection of a CONNECT that nobody listens for without a word. */
export const connectListener =
  (state: GatewayState) =>
  (request: IncomingMessage, client: Duplex): void => {
    client.on("error", () => client.destroy())
    refuse(state, request, responseOn(request, client, state.limits.lingerMs), refusals.connectUnsupported())
  }

/** An ordinary response on the connection, for every answer but 101; the connection ends with it. */
function responseOn(request: IncomingMessage, client: Duplex, lingerMs: number): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  if (client instanceof TLSSocket) response.assignSocket(client)
  response.once("finish", () => endBothWays(client, lingerMs))
  return response
}
