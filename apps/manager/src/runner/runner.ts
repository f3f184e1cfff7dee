import { codeOf } from "@alienplatform/core"
import type { Claim } from "@alienplatform/store"
import { notHeld } from "./not-held.ts"
import { LEASE_FOR, type RunnerOptions } from "./types.ts"
import { workOn } from "./work.ts"

/** The queue is asked at least this often, in ms. */
const POLL = 60_000
/** After a failure of the store, or when nothing could be claimed although something is due. */
const PAUSE = 1_000

export interface Runner {
  /** Claims nothing more, lets every step under way end, gives the leases back. */
  close(): Promise<void>
}

/** Claims deployments that are due and works on several at once, until it is closed. */
export function startRunner(options: RunnerOptions): Runner {
  const { store, platforms, clock, holder, logger, limit = 8 } = options
  const closing = new AbortController()
  const active = new Set<Promise<void>>()
  const failures = new Map<string, number>()
  const lastLooks = new Map<string, number>()
  /** Their next run asks the engine, however well they seem. */
  const lookAgain = new Set<string>()
  let sleep = new AbortController()
  const wake = () => sleep.abort()

  async function run(claim: Claim): Promise<void> {
    try {
      const deployment = await store.deployment(claim.lease.deployment)
      if (!deployment) return await store.finish(claim, null)
      if (lookAgain.delete(deployment.id)) lastLooks.delete(deployment.id)
      await workOn({ ...options, claim, deployment, signal: closing.signal, lastLooks }, failures)
    } catch (error) {
      logger.error({ deployment: claim.lease.deployment, code: codeOf(error), err: error }, "run could not begin")
    }
  }

  /** Starts what is due and free; answers with when to ask again. */
  async function claimAll(): Promise<number> {
    while (active.size < limit && !closing.signal.aborted) {
      const claim = await store.claim(holder, clock.now(), LEASE_FOR)
      if (!claim) break
      const running = run(claim).finally(() => {
        active.delete(running)
        wake()
      })
      active.add(running)
    }
    const now = clock.now()
    if (active.size >= limit) return now + POLL
    const due = await store.nextDue()
    return Math.min(due === undefined || due > now ? (due ?? now + POLL) : now + PAUSE, now + POLL)
  }

  async function loop(): Promise<void> {
    while (!closing.signal.aborted) {
      sleep = new AbortController()
      let until: number
      try {
        until = await claimAll()
      } catch (error) {
        logger.error({ code: codeOf(error), err: error }, "the queue could not be read")
        until = clock.now() + PAUSE
      }
      if (!closing.signal.aborted) await clock.until(until, sleep.signal)
    }
  }

  async function lookAtAll(platform: string): Promise<void> {
    logger.warn({ platform }, "the platform may have lost objects; its deployments are looked at")
    try {
      for await (const id of notHeld(store, platform)) {
        lookAgain.add(id)
        await store.wish(id, clock.now())
      }
    } catch (error) {
      logger.error({ platform, code: codeOf(error), err: error }, "deployments could not be looked at")
    }
  }

  let looking = Promise.resolve()
  const unwatch = platforms.watch((platform) => {
    looking = looking.then(() => lookAtAll(platform))
  })
  const unsubscribe = store.onWish(wake)
  const looping = loop()
  return {
    async close() {
      unwatch()
      unsubscribe()
      closing.abort()
      wake()
      await looking
      await looping
      await Promise.all(active)
    },
  }
}
