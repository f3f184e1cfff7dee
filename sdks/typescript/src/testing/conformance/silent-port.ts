import { once } from "node:events"
import { type AddressInfo, connect, createServer } from "node:net"

/** A port of 127.0.0.1 on which nothing listens. */
export interface SilentPort extends AsyncDisposable {
  port: number
}

/** Takes a port for one end of a connection, so that nobody else can listen there meanwhile. */
export async function takeSilentPort(): Promise<SilentPort> {
  const server = createServer((end) => end.resume().on("error", () => undefined)).listen(0, "127.0.0.1")
  await once(server, "listening")
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1")
  await once(socket, "connect")
  return {
    port: socket.localPort ?? 0,
    async [Symbol.asyncDispose]() {
      socket.destroy()
      server.close()
      await once(server, "close")
    },
  }
}
