import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, connect, createServer, type Server } from "node:net"

export interface LoopbackServer extends AsyncDisposable {
  port: number
}

/** Answers every request with that text. */
export const httpServer = (text: string): Promise<LoopbackServer> =>
  listenOnLoopback(createHttpServer((_, response) => response.end(text)))

/** Says that text to whoever connects, and ends the connection. */
export const tcpServer = (text: string): Promise<LoopbackServer> =>
  listenOnLoopback(createServer((socket) => socket.on("error", () => {}).end(text)))

async function listenOnLoopback(server: Server): Promise<LoopbackServer> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  await using server = await tcpServer("")
  return server.port
}

/** All that the other side says until it ends the connection; rejects where nobody listens. */
export async function hear(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port })
  await once(socket, "connect")
  return (await socket.toArray()).join("")
}
