import { AlienError, problem } from "@alienplatform/core"
import type { Clock } from "./clock.ts"
import type { Reason } from "./row.ts"

/** Anything thrown by a verb, with an outcome: what does not say that it was refused may have taken effect. */
export function asCallError(error: unknown): AlienError & { outcome: "refused" | "unknown" } {
  const known =
    error instanceof AlienError
      ? error
      : problem("provider_error", {
          message: error instanceof Error ? error.message : String(error),
          retryable: true,
          cause: error,
        })
  return known.outcome
    ? (known as AlienError & { outcome: "refused" | "unknown" })
    : (problem(known.code, {
        message: known.message,
        retryable: known.retryable,
        outcome: "unknown",
        cause: known,
      }) as AlienError & { outcome: "unknown" })
}

/** Who can do something about a refusal. */
const actors: Record<string, Reason["on"]> = {
  denied: "person",
  name_taken: "person",
  quota: "person",
  throttled: "provider",
  unavailable: "provider",
}

export const reasonOf = (error: AlienError): Reason => {
  const on = actors[error.code]
  return { code: error.code, message: error.message, ...(on ? { on } : {}) }
}

/** Gives up on an answer after `timeout`; the call itself may still take effect. */
export async function withTimeout<T>(call: Promise<T>, what: string, timeout: number, clock: Clock): Promise<T> {
  const over = new AbortController()
  try {
    return await Promise.race([
      call,
      clock.until(clock.now() + timeout, over.signal).then(() => {
        if (over.signal.aborted) return new Promise<never>(() => {})
        throw problem("call_timeout", {
          message: `${what} did not answer within ${timeout / 1000} s`,
          retryable: true,
          outcome: "unknown",
        })
      }),
    ])
  } finally {
    over.abort("over") // A reason of our own: the default one is an exception with a stack.
  }
}
