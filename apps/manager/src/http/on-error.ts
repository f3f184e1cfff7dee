import { AlienError, codeOf, type ErrorJson } from "@alienplatform/core"
import { httpStatusOf } from "@alienplatform/core/codes"
import type { ErrorHandler } from "hono"
import { HTTPException } from "hono/http-exception"
import type { Env } from "./app-types.ts"

const hidden = (logKey: string): ErrorJson => ({
  code: "internal_error",
  message: `the manager could not do this because of a fault of its own; its log says more under the ${logKey}`,
  retryable: false,
  internal: true,
})

/**
 * What a client may know of an error: everything of those that were written for people, nothing of faults of ours.
 * `logKey` is what their lines in the log can be found by.
 */
export function errorBody(error: unknown, logKey: "request id" | "deployment's id" = "request id"): ErrorJson {
  if (error instanceof HTTPException && error.status === 400)
    return { code: "request_invalid", message: "the body is not JSON", retryable: false, internal: false }
  if (!(error instanceof AlienError) || error.internal) return hidden(logKey)
  const { code, message, retryable, internal, hint, context } = error.toJSON()
  return { code, message, retryable, internal, ...(hint ? { hint } : {}), ...(context ? { context } : {}) }
}

export const onError: ErrorHandler<Env> = (error, c) => {
  const body = errorBody(error)
  const status = httpStatusOf(body.code)
  if (status >= 500) c.get("log").error({ code: codeOf(error), err: error }, "request failed")
  if (status === 401) c.header("www-authenticate", "Bearer")
  return c.json(body, status)
}
