import { setTimeout } from "node:timers/promises"

/** Time, so that tests need not wait. */
export interface Clock {
  /** ms since the epoch */
  now(): number
  /** Rejects when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<unknown>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
}
