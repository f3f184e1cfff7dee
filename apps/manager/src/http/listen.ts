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
  /** Where this machine reaches it. */
  url: string
  /** Takes nothing new, lets what is under way end. */
  close(): Promise<void>
}

/** Serves an app over plain HTTP. Throws `port_in_use`. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
  server.headersTimeout = HEADERS_WITHIN
  server.requestTimeout = REQUEST_WITHIN
  let closing = false
  // A connection whose request ends after the server was closed would be kept alive for seconds, and the server with it.
  server.on("request", (_, response) =>
    response.once("close", () => {
      if (closing) setImmediate(() => server.closeIdleConnections())
    }),
  )
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? portInUse(host, port, error) : error),
    )
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${hostToReach(host)}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        closing = true
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

/** What to connect to; an address that stands for all of them is none to connect to. */
export function hostToReach(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1"
  if (host === "::") return "[::1]"
  return host.includes(":") ? `[${host}]` : host
}

const portInUse = (host: string, port: number, cause: unknown) =>
  problem("port_in_use", {
    message: `port ${port} on ${host} is taken by another program; stop it, or choose another port`,
    context: { host, port },
    cause,
  })
