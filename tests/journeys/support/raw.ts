import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import type { Endpoint } from "../../../scripts/demo/endpoint.ts"

/** A plain connection to the manager. */
export async function rawPlain(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, "connect")
  return socket
}

/** A connection to an endpoint with its certificate verified; what is sent over it is up to the caller. */
export async function rawVerified({ url, address, port, certificateAuthorityFile }: Endpoint): Promise<Socket> {
  const ca = await readFile(certificateAuthorityFile, "utf8")
  const socket = connectTls({ host: address, port, servername: new URL(url).hostname, ca })
  await once(socket, "secureConnect")
  return socket
}

/** Sends all of it and answers with the status that comes back; what the other side does after it does not matter. */
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
