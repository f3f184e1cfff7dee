import type { Clock } from "@alienplatform/engine"
import type { SupervisorClient } from "./client.ts"

const LOOK_MS = 2_000

export interface WatchOptions {
  supervisor: Pick<SupervisorClient, "health">
  clock: Clock
  /** Once when it stops answering, once when another process answers, and when more or fewer processes tell of errors or exit again and again. */
  changed: () => void
}

/** Looks at the supervisor every two seconds, without starting it; returns what ends that. */
export function watchSupervisor({ supervisor, clock, changed }: WatchOptions): () => void {
  const ended = new AbortController()
  const look = async () => {
    const health = await supervisor.health().catch(() => null)
    return health && `${health.pid}, ${health.troubled} in trouble, ${health.looping} in a loop`
  }
  const watch = async () => {
    let seen = await look()
    if (seen === null && !ended.signal.aborted) changed()
    while (!ended.signal.aborted) {
      await clock.until(clock.now() + LOOK_MS, ended.signal)
      if (ended.signal.aborted) return
      const now = await look()
      if (now !== seen && !ended.signal.aborted) changed()
      seen = now
    }
  }
  void watch()
  return () => ended.abort()
}
