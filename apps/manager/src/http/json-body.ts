import { problem } from "@alienplatform/core"
import type { MiddlewareHandler } from "hono"
import { bodyLimit } from "hono/body-limit"
import type { Env } from "./app-types.ts"

/** Bytes of any body but an artifact's. A stack is the largest of them. */
export const JSON_LIMIT = 1024 * 1024

const limit = bodyLimit({
  maxSize: JSON_LIMIT,
  onError: () => {
    throw problem("request_too_large", {
      message: `the body is larger than ${JSON_LIMIT} bytes, the most that this route takes`,
    })
  },
})

/** Bodies are JSON and small, except an artifact's, which its own route counts. */
export const jsonBody = (): MiddlewareHandler<Env> => async (c, next) => {
  if (c.req.method === "GET" || c.req.method === "HEAD" || c.req.path.startsWith("/v1/artifacts/")) return next()
  const type = c.req.header("content-type")
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type))
    throw problem("media_type_not_supported", { message: `the body is ${type.slice(0, 100)}; send application/json` })
  return limit(c, next)
}
