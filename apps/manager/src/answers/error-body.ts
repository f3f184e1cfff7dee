import { AlienError, type ErrorJson } from "@alienplatform/core"

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
  if (!(error instanceof AlienError) || error.internal) return hidden(logKey)
  const { code, message, retryable, internal, hint, context } = error.toJSON()
  return { code, message, retryable, internal, ...(hint ? { hint } : {}), ...(context ? { context } : {}) }
}
