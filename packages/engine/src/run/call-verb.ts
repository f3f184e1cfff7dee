import { problem } from "@alienplatform/core"
import type { Clock } from "../declare/clock.ts"

/**
 * Calls a verb and stops waiting for its answer after `timeoutMs`: the verb's `signal` is aborted, and the call may
 * still take effect. Whatever the verb throws, even before it returns a promise, becomes a rejection. Throws
 * `call_timeout`.
 */
export async function callVerb<T>(
  verb: (signal: AbortSignal) => Promise<T>,
  { what, timeoutMs, clock }: { what: string; timeoutMs: number; clock: Clock },
): Promise<T> {
  const answered = new AbortController()
  const late = new AbortController()
  const tooLate = clock.until(clock.now() + timeoutMs, answered.signal).then(() => {
    if (answered.signal.aborted) return new Promise<never>(() => {})
    const message = `${what} did not answer within ${timeoutMs / 1000} s`
    const error = problem("call_timeout", { message, outcome: "unknown" })
    late.abort(error)
    throw error
  })
  try {
    return await Promise.race([new Promise<T>((resolve) => resolve(verb(late.signal))), tooLate])
  } finally {
    answered.abort("answered") // A reason of our own: the default one is an exception with a stack.
  }
}
