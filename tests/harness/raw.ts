import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import type { Endpoint } from "./endpoint.ts"

/** Opens a plain TCP connection to the manager. */
export async function rawPlain(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, "connect")
  return socket
}

/** Opens a TLS connection to an endpoint with its certificate verified; the caller sends over it what it likes. */
export async function rawVerified({ url, address, port, certificateAuthorityFile }: Endpoint): Promise<Socket> {
  const ca = await readFile(certificateAuthorityFile, "utf8")
  const socket = connectTls({ host: address, port, servername: new URL(url).hostname, ca })
  await once(socket, "secureConnect")
  return socket
}

/** Sends a raw request and returns the status of the answer, whatever the other side does after it. */
export async function sendForStatus(socket: Socket, request: string): Promise<number> {
  socket.on("error", () => {})
  socket.write(request)
  let answer = ""
  for await (const chunk of socket) {
    answer += chunk
    if (/^HTTP\/1\.1 \d{3} /.test(answer)) break
  }
  return Number(answer.slice(9, 12))
}
