import { problem } from "@alienplatform/core/error"
import type { Context } from "../context.ts"

/** How long to wait for a manager that restarts. */
const RESTART_MS = 30_000
const FIRST_PAUSE_MS = 150
const LONGEST_PAUSE_MS = 1000

export interface Poll<T, R> {
  /** What is waited for, for errors: `shop to become ready`. */
  what: string
  read(): Promise<T>
  /** Returns the result, or undefined to go on polling. */
  decide(value: T): R | undefined
  /** Longest time to wait, ms. */
  timeoutMs: number
  /** What to do after a timeout, for the error. */
  hint: string
}

/**
 * Reads repeatedly until `decide` returns a result, also across a restart of the manager. Throws `wait_timeout`,
 * `interrupted`, or what `read` throws.
 */
export async function poll<T, R>(
  { what, read, decide, timeoutMs, hint }: Poll<T, R>,
  { now, sleep, interrupts }: Pick<Context, "now" | "sleep" | "interrupts">,
): Promise<R> {
  const started = now()
  let answered = started
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    try {
      const decided = decide(await read())
      if (decided !== undefined) return decided
      answered = now()
    } catch (error) {
      if (!isRetryable(error) || interrupts.signal.aborted || now() - answered > RESTART_MS) throw interruptedOr(error)
    }
    if (now() - started >= timeoutMs)
      throw problem("wait_timeout", {
        message: `waited ${Math.round(timeoutMs / 1000)} s for ${what}; it goes on without this command`,
        hint,
      })
    await sleep(pause, interrupts.signal)
    if (interrupts.signal.aborted) throw interruptedError()
  }

  function interruptedOr(error: unknown): unknown {
    return interrupts.signal.aborted ? interruptedError() : error
  }
}

export const interruptedError = () => problem("interrupted", { message: "interrupted" })

export const isRetryable = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "retryable" in error && error.retryable === true
