import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { problem } from "@alienplatform/core"
import { createAdaptorServer } from "@hono/node-server"
import type { App } from "./app-types.ts"

/** In ms. */
export interface Limits {
  /** For a client that is slow with its headers; 408 after it. */
  headers: number
  /** For a whole request: the largest artifact over a slow line; 408 after it. */
  request: number
  /** How often both are looked at. */
  check: number
}

const LIMITS: Limits = { headers: 10_000, request: 10 * 60_000, check: 2_000 }
/** Requests under way get this long when the server closes, in ms. */
const CLOSE_WITHIN = 10_000

export interface Listening {
  /** Where this machine reaches it. */
  url: string
  /** Takes nothing new, lets what is under way end. */
  close(): Promise<void>
}

/** Serves an app over plain HTTP. Throws `port_in_use`, which names the holder. */
export async function listen(
  app: App,
  { host, port, limits = LIMITS }: { host: string; port: number; limits?: Limits },
): Promise<Listening> {
  const serverOptions = { connectionsCheckingInterval: limits.check }
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false, serverOptions }) as Server
  server.headersTimeout = limits.headers
  server.requestTimeout = limits.request
  let closing = false
  // A connection whose request ends after the server was closed would be kept alive for seconds, and the server with it.
  server.on("request", (_, response) =>
    response.once("close", () => {
      if (closing) setImmediate(() => server.closeIdleConnections())
    }),
  )
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, resolve)
  }).catch(async (error: NodeJS.ErrnoException) => {
    throw error.code === "EADDRINUSE" ? await portInUse(host, port, error) : error
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

async function portInUse(host: string, port: number, cause: unknown) {
  const { holderOf } = await import("@alienplatform/provider-local")
  return problem("port_in_use", {
    message: `port ${port} on ${host} is taken by ${await holderOf(port)}; stop it, or choose another port`,
    context: { host, port },
    cause,
  })
}
