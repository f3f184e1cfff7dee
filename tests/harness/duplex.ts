import { once } from "node:events"
import { readFile } from "node:fs/promises"
import type { IncomingMessage } from "node:http"
import { connect } from "node:http2"
import { type RequestOptions, request } from "node:https"
import { Duplex } from "node:stream"
import { connect as connectTls } from "node:tls"
import type { Endpoint } from "./endpoint.ts"

/** Options of a verified connection to an endpoint: where its host is served, and the authority to trust. */
export async function verifiedOptions(endpoint: Endpoint): Promise<RequestOptions> {
  const { host, hostname } = new URL(endpoint.url)
  const ca = await readFile(endpoint.certificateAuthorityFile, "utf8")
  return { host: endpoint.address, port: endpoint.port, servername: hostname, ca, agent: false, headers: { host } }
}

/** A POST whose body and answer flow at the same time; `stop` ends the connection. */
type Exchange = { stream: Duplex; stop(): void }

export async function exchangeHttp1(endpoint: Endpoint, path: string): Promise<Exchange> {
  const sent = request({ ...(await verifiedOptions(endpoint)), method: "POST", path })
  sent.flushHeaders()
  const [response]: IncomingMessage[] = await once(sent, "response")
  return { stream: Duplex.from({ writable: sent, readable: response }), stop: () => sent.destroy() }
}

export async function exchangeHttp2(endpoint: Endpoint, path: string): Promise<Exchange> {
  const { host, port, servername, ca } = await verifiedOptions(endpoint)
  const options = { host: String(host), port: Number(port), servername: String(servername), ca: String(ca) }
  const session = connect(endpoint.url, { createConnection: () => connectTls({ ...options, ALPNProtocols: ["h2"] }) })
  const stream = session.request({ ":method": "POST", ":path": path })
  session.on("error", (error) => stream.destroy(error))
  return { stream, stop: () => session.destroy() }
}

/** Upgrades a connection and returns it after `101 Switching Protocols`. */
export async function upgradeConnection(
  endpoint: Endpoint,
  path: string,
  headers: Record<string, string>,
): Promise<Duplex> {
  const options = await verifiedOptions(endpoint)
  const all = { ...(options.headers as Record<string, string>), connection: "Upgrade", ...headers }
  const sent = request({ ...options, path, headers: all })
  return new Promise((resolve, reject) => {
    sent.once("upgrade", (_, socket) => resolve(socket))
    sent.once("response", ({ statusCode }) => reject(new Error(`answered with ${statusCode}`)))
    sent.once("error", reject)
    sent.end()
  })
}
