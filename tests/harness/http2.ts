import { readFile } from "node:fs/promises"
import { connect } from "node:http2"
import { connect as connectTls } from "node:tls"
import type { Endpoint } from "./endpoint.ts"

/** Makes a GET request for `/` over HTTP/2, with the certificate verified for the host of the URL. */
export async function getOverHttp2(endpoint: Endpoint): Promise<{ status: number; body: string }> {
  const ca = await readFile(endpoint.certificateAuthorityFile, "utf8")
  const { address: host, port } = endpoint
  const servername = new URL(endpoint.url).hostname
  const session = connect(endpoint.url, {
    createConnection: () => connectTls({ host, port, servername, ca, ALPNProtocols: ["h2"] }),
  })
  try {
    return await new Promise((resolve, reject) => {
      session.on("error", reject)
      const stream = session.request({ ":path": "/" })
      let status = 0
      let body = ""
      stream.setEncoding("utf8")
      stream.on("response", (headers) => {
        status = headers[":status"] ?? 0
      })
      stream.on("data", (text: string) => {
        body += text
      })
      stream.on("error", reject)
      stream.on("end", () => resolve({ status, body }))
    })
  } finally {
    session.close()
  }
}
