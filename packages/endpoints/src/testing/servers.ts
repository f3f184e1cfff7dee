import type { RequestListener } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"

/** On a free loopback port; `await using` closes it with its connections. */
type TestServer = AsyncDisposable & { port: number }

export const tlsServer = (certificate: { cert: string; key: string }, handler: RequestListener): Promise<TestServer> =>
  listenOnFreePort(createHttpsServer(certificate, handler))

export const tcpServer = (onConnection: (socket: Socket) => void): Promise<TestServer> =>
  listenOnFreePort(createServer(onConnection))

async function listenOnFreePort(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>()
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("error", () => {}).on("close", () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
