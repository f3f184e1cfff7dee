import type { Json } from "@alienplatform/core"

/** Stands in a deployment's `error` from `retry` until the run that takes it up. */
const RETRY_REQUESTED = { retryRequested: true }

export const retryMark = (): Json => ({ ...RETRY_REQUESTED })

export const retryRequested = (error: Json): boolean =>
  typeof error === "object" && error !== null && !Array.isArray(error) && error.retryRequested === true
