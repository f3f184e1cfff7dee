import { randomUUID } from "node:crypto"
import type { MiddlewareHandler } from "hono"
import type { Logger } from "pino"
import type { Env } from "./app-types.ts"

/**
 * One line per request with its id, which the answer carries too. Neither headers nor query nor body are logged. Reads
 * that were answered are told at the level `debug` alone: whoever watches a deployment asks several times a second.
 */
export const requestLog =
  (logger: Logger): MiddlewareHandler<Env> =>
  async (c, next) => {
    const requestId = randomUUID()
    const log = logger.child({ requestId })
    c.set("requestId", requestId)
    c.set("log", log)
    c.header("x-request-id", requestId)
    const started = performance.now()
    await next()
    const ms = Math.round(performance.now() - started)
    const isRead = (c.req.method === "GET" || c.req.method === "HEAD") && c.res.status < 400
    log[isRead ? "debug" : "info"]({ method: c.req.method, path: c.req.path, status: c.res.status, ms }, "request")
  }
