import { codeOf } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { Store } from "@alienplatform/store"
import type { Logger } from "pino"

const DAY = 24 * 3600 * 1000
/** Events are kept for so long, in ms. */
const KEPT_FOR = 90 * DAY
/** Drafts that no deployment names: a plan that nobody followed. */
const DRAFTS_KEPT_FOR = DAY

export interface PruneOptions {
  store: Store
  clock: Clock
  logger: Logger
  /** Removes files that nobody needs any more. Default: nothing. */
  sweep?: () => Promise<void>
}

/**
 * Drops old events and drafts, and what rate limits and keys left behind, now and once a day, until it is stopped. A
 * failure is logged and made good the next day.
 */
export function startPruning({ store, clock, logger, sweep = async () => undefined }: PruneOptions) {
  const stopping = new AbortController()
  const pruning = prune()
  return {
    /** Waits for what is under way. */
    async stop(): Promise<void> {
      stopping.abort()
      await pruning
    },
  }

  async function prune(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await store.pruneBuckets(clock.now() - DAY)
        await store.pruneKeys(clock.now())
        const events = await store.pruneEvents(clock.now() - KEPT_FOR)
        if (events > 0) logger.info({ events }, "dropped events older than 90 days")
        const drafts = await store.pruneDrafts(clock.now() - DRAFTS_KEPT_FOR)
        if (drafts > 0) logger.info({ drafts }, "dropped drafts older than a day that no deployment names")
        await sweep()
      } catch (error) {
        logger.error({ code: codeOf(error), err: error }, "what is old could not be dropped")
      }
      await clock.until(clock.now() + DAY, stopping.signal)
    }
  }
}
