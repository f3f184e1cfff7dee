import { codeOf } from "@alienplatform/core"
import { SlotPool } from "@alienplatform/engine"
import type { Claim } from "@alienplatform/store"
import { createSealer } from "../secrets/seal.ts"
import { ClockWatch } from "./clock-watch.ts"
import { GateWaitTracker } from "./gate-wait-tracker.ts"
import { giveBack } from "./give-back.ts"
import type { LastLooks } from "./last-looks.ts"
import { lookAtWatched } from "./look-at-watched.ts"
import { type ActiveRun, endOutdated } from "./outdated.ts"
import { RunSlot } from "./run-slot.ts"
import { runnableDeployments } from "./runnable-deployments.ts"
import { LEASE_MS, type RunnerOptions } from "./types.ts"
import { runDeployment } from "./work.ts"

/** The queue is asked at least this often, in ms. */
const POLL = 60_000
/** After a failure of the store, or when nothing could be claimed although something is due. */
const PAUSE = 1_000
/** Deployments held at once, most of which wait for nothing but time. */
const MAX_HELD = 1_000

export interface Runner {
  /** Claims nothing more, lets every step under way end, gives the leases back. */
  close(): Promise<void>
}

/** Claims deployments that are due and works on several at once, until it is closed. */
export function startRunner(options: RunnerOptions): Runner {
  const { store, platforms, clock, holder, logger, limit = 8 } = options
  const closing = new AbortController()
  const active = new Map<ActiveRun, Promise<void>>()
  const failures = new Map<string, number>()
  const lastLooks: LastLooks = new Map()
  const shared = { lastLooks, gateWaits: new GateWaitTracker(), sealer: createSealer(options.secretKey) }
  /** Their next run asks the engine, however well they seem. */
  const lookAgain = new Set<string>()
  const clockWatch = new ClockWatch(clock, logger)
  let sleep = new AbortController()
  const wake = () => sleep.abort()
  const places = new SlotPool(limit, wake)

  async function run(claim: Claim, self: ActiveRun, place: RunSlot): Promise<void> {
    let dueAt: number | null = null
    try {
      await place.take(closing.signal)
      const deployment = await store.deployment(self.deployment)
      if (deployment) {
        self.generation = deployment.generation
        if (lookAgain.delete(deployment.id)) lastLooks.delete(deployment.id)
        const signal = AbortSignal.any([closing.signal, self.ending.signal])
        const next = await runDeployment({ ...options, ...shared, claim, deployment, signal, place }, failures)
        if (next === "gone") return
        dueAt = next
      }
    } catch (error) {
      const code = codeOf(error)
      if (code === "lease_lost") return logger.warn({ deployment: self.deployment, code }, "the run was taken over")
      logger.error({ deployment: self.deployment, code, err: error }, "run could not begin")
      dueAt = clock.now() + PAUSE
    }
    await giveBack({ store, clock, logger, signal: closing.signal }, claim, dueAt)
  }

  /** Starts what is due and free; answers with when to ask again. */
  async function claimAll(): Promise<number> {
    while (active.size < MAX_HELD && !closing.signal.aborted) {
      // Without a free place a claim would only hold its lease. Whoever gives one back wakes us.
      if (!places.hasFree) return clock.now() + POLL
      const claim = await store.claim(holder, clock.now(), LEASE_MS)
      if (!claim) break
      const self: ActiveRun = { deployment: claim.lease.deployment, ending: new AbortController() }
      const place = new RunSlot(places)
      const running = run(claim, self, place).finally(() => {
        place.leave()
        active.delete(self)
        wake()
      })
      active.set(self, running)
    }
    const now = clock.now()
    if (active.size >= MAX_HELD) return now + POLL
    const due = await store.nextDue()
    return Math.min(due === undefined || due > now ? (due ?? now + POLL) : now + PAUSE, now + POLL)
  }

  async function loop(): Promise<void> {
    while (!closing.signal.aborted) {
      sleep = new AbortController()
      if (clockWatch.setBack()) for (const platform of platforms.names) lookAtAll(platform)
      let until: number
      try {
        until = await claimAll()
      } catch (error) {
        logger.error({ code: codeOf(error), err: error }, "the queue could not be read")
        until = clock.now() + PAUSE
      }
      clockWatch.plan(until)
      if (!closing.signal.aborted) await clock.until(until, sleep.signal)
    }
  }

  let looking = Promise.resolve()
  function lookAtAll(platform: string): void {
    const look = async () => {
      for await (const id of runnableDeployments(store, platform)) {
        lookAgain.add(id)
        await store.requestRun(id, clock.now())
      }
    }
    looking = looking.then(look).catch((error: unknown) => {
      logger.error({ platform, code: codeOf(error), err: error }, "deployments could not be looked at")
    })
  }

  let checking = Promise.resolve()
  const checkActive = () => {
    checking = checking
      .then(() => endOutdated(store, active.keys()))
      .catch((error: unknown) =>
        logger.debug({ err: error }, "runs under way could not be compared with what is desired"),
      )
  }

  const unwatch = platforms.watch((platform) => {
    logger.warn(
      { platform },
      "the platform may have lost objects, or has something to tell; its deployments are looked at",
    )
    lookAtAll(platform)
  })
  const unsubscribe = store.onRunRequested(() => {
    wake()
    checkActive()
  })
  const looping = loop()
  const watching = lookAtWatched({ ...options, ...shared, signal: closing.signal })
  return {
    async close() {
      unwatch()
      unsubscribe()
      closing.abort()
      wake()
      await looping
      await Promise.all([watching, looking, checking, ...active.values()])
    },
  }
}
