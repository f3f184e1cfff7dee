import { readFile } from "node:fs/promises"
import type { IncomingMessage } from "node:http"
import { request } from "node:https"
import type { Endpoint } from "../../../scripts/demo/endpoint.ts"

/**
 * Makes a request over HTTPS with a verified certificate and returns the answer, whose body may still be on its way.
 * Destroy it to go away.
 */
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
