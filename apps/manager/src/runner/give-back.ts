import { codeOf } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { Claim, Store } from "@alienplatform/store"
import type { Logger } from "pino"
import { LEASE_MS } from "./types.ts"

/** While the store takes nothing, in ms; doubled each time. */
const FIRST_PAUSE = 1_000
const LAST_PAUSE = 30_000

interface GiveBackOptions {
  store: Pick<Store, "finish">
  clock: Clock
  logger: Logger
  /** Aborted on close: one more try, and the lease is left to the next process. */
  signal: AbortSignal
}

/**
 * Ends a run. A store that fails, on a full disk for example, is asked again until it takes it: the deployment would
 * otherwise rest until its lease ends. Never rejects.
 */
export async function giveBack({ store, clock, logger, signal }: GiveBackOptions, claim: Claim, dueAt: number | null) {
  const log = logger.child({ deployment: claim.lease.deployment })
  const until = clock.now() + LEASE_MS
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LAST_PAUSE)) {
    try {
      return await store.finish(claim, dueAt)
    } catch (error) {
      const code = codeOf(error)
      if (code === "lease_lost") return log.warn({ code }, "the run was taken over")
      if (pause === FIRST_PAUSE)
        log.error({ code, err: error }, "the end of a run could not be stored; it is tried again")
      if (signal.aborted || clock.now() >= until)
        return log.error({ code }, "the deployment rests until its lease ends")
    }
    await clock.until(clock.now() + pause, signal)
  }
}
