import { readFile } from "node:fs/promises"
import type { IncomingMessage } from "node:http"
import { request } from "node:https"
import { TLSSocket } from "node:tls"
import type { Endpoint } from "./endpoint.ts"

export interface Answer {
  status: number
  body: string
  /** TLS version: `TLSv1.3`. */
  tls: string
  /** Common name of the certificate's issuer. */
  issuer: string
}

/**
 * Makes a GET request to an endpoint over HTTPS. The certificate must be signed by the endpoint's authority and valid
 * for the URL's host. The name is not resolved, because few machines know `*.localhost`.
 */
export async function getVerified(
  endpoint: Endpoint,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { host, hostname } = new URL(endpoint.url)
  const authority = await readFile(endpoint.certificateAuthorityFile, "utf8")
  return new Promise((resolve, reject) => {
    const options = {
      host: endpoint.address,
      port: endpoint.port,
      servername: hostname,
      path,
      headers: { ...headers, host },
      ca: authority,
      agent: false,
      signal: AbortSignal.timeout(15_000),
    }
    const sent = request(options, (response) => {
      const { socket } = response
      if (!(socket instanceof TLSSocket) || !socket.authorized)
        return response.destroy(new Error(`${endpoint.url} answered without a certificate that can be trusted`))
      const { issuer } = socket.getPeerCertificate()
      const tls = socket.getProtocol() ?? ""
      let body = ""
      response.setEncoding("utf8")
      response.on("data", (text: string) => {
        body += text
      })
      response.on("error", reject)
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body, tls, issuer: String(issuer.CN) }))
    })
    sent.on("error", reject)
    sent.end()
  })
}

/** A request over HTTPS with a verified certificate; its answer may still be on the way. Destroy it to go away. */
export async function openVerified(endpoint: Endpoint, path: string, body?: object): Promise<IncomingMessage> {
  const { host, hostname } = new URL(endpoint.url)
  const ca = await readFile(endpoint.certificateAuthorityFile, "utf8")
  return new Promise((resolve, reject) => {
    const sent = request({
      ...{ host: endpoint.address, port: endpoint.port, servername: hostname, path, ca, agent: false },
      method: body ? "POST" : "GET",
      headers: { host, ...(body ? { "content-type": "application/json" } : {}) },
    })
    sent.once("response", resolve)
    sent.on("error", reject)
    sent.end(body && JSON.stringify(body))
  })
}
