import { readFile } from "node:fs/promises"
import { Agent, request } from "node:https"
import type { Endpoint } from "./endpoint.ts"

export interface Requests {
  /** Answers with a status other than 200, and errors, each kind once. */
  failed: Set<string>
  bodies: string[]
  /** Resolves at the next answer that `wanted` accepts. */
  seen(wanted: (body: string) => boolean): Promise<void>
  /** Stops once the requests under way have ended. */
  stop(): Promise<void>
}

/** Requests `/` of an endpoint over verified TLS, four at a time, until it is stopped. */
export async function keepAsking(endpoint: Endpoint): Promise<Requests> {
  const { host, hostname } = new URL(endpoint.url)
  const ca = await readFile(endpoint.certificateAuthorityFile, "utf8")
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca })
  const listeners = new Set<(body: string) => void>()
  const failed = new Set<string>()
  const bodies: string[] = []
  let stopped = false

  const once = () =>
    new Promise<void>((resolve) => {
      const fail = (error: Error) => resolve(void failed.add(error.message))
      const options = { host: endpoint.address, port: endpoint.port, servername: hostname, headers: { host }, agent }
      const sent = request(options, (response) => {
        let body = ""
        response.setEncoding("utf8")
        response.on("data", (text: string) => {
          body += text
        })
        response.on("error", fail)
        response.on("end", () => {
          if (response.statusCode === 200) bodies.push(body)
          else failed.add(`${response.statusCode} ${body.slice(0, 200)}`)
          for (const listener of listeners) listener(body)
          resolve()
        })
      })
      sent.on("error", fail)
      sent.end()
    })
  const loop = async () => {
    while (!stopped) await once()
  }
  const loops = [loop(), loop(), loop(), loop()]

  return {
    failed,
    bodies,
    seen: (wanted) =>
      new Promise((resolve) => {
        const listener = (body: string) => {
          if (!wanted(body)) return
          listeners.delete(listener)
          resolve()
        }
        listeners.add(listener)
      }),
    async stop() {
      stopped = true
      await Promise.all(loops)
      agent.destroy()
    },
  }
}
