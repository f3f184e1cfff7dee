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

/** Gives up on an answer after `timeout` and aborts `signal`; the call itself may still take effect. */
export async function withTimeout<T>(
  call: (signal: AbortSignal) => Promise<T>,
  what: string,
  timeout: number,
  clock: Clock,
): Promise<T> {
  const answered = new AbortController()
  const late = new AbortController()
  const tooLate = clock.until(clock.now() + timeout, answered.signal).then(() => {
    if (answered.signal.aborted) return new Promise<never>(() => {})
    const message = `${what} did not answer within ${timeout / 1000} s`
    const error = problem("call_timeout", { message, retryable: true, outcome: "unknown" })
    late.abort(error)
    throw error
  })
  try {
    return await Promise.race([call(late.signal), tooLate])
  } finally {
    answered.abort("answered") // A reason of our own: the default one is an exception with a stack.
  }
}
