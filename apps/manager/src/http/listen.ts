import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { problem } from "@alienplatform/core"
import { createAdaptorServer } from "@hono/node-server"
import type { App } from "./app-types.ts"

/** For a client that is slow with its headers, in ms. */
const HEADERS_WITHIN = 10_000
/** For a whole request: the largest artifact over a slow line, in ms. */
const REQUEST_WITHIN = 10 * 60_000
/** Requests under way get this long when the server closes, in ms. */
const CLOSE_WITHIN = 10_000

export interface Listening {
  url: string
  /** Takes nothing new, lets what is under way end. */
  close(): Promise<void>
}

/** Serves an app over plain HTTP. Throws `port_in_use`. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
  server.headersTimeout = HEADERS_WITHIN
  server.requestTimeout = REQUEST_WITHIN
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? portInUse(host, port, error) : error),
    )
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

const portInUse = (host: string, port: number, cause: unknown) =>
  problem("port_in_use", {
    message: `port ${port} on ${host} is taken by another program; stop it, or choose another port`,
    context: { host, port },
    cause,
  })
