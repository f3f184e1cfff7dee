import { codeOf } from "@alienplatform/core"
import { currentRows } from "@alienplatform/engine"
import { expandFor } from "../release/dry-run.ts"
import { releaseOf } from "../release/release-of.ts"
import { isReady, PROBE_EVERY_MS } from "./due.ts"
import { observerOf } from "./observe.ts"
import type { RunnerOptions, Work } from "./types.ts"

type WatchedOptions = RunnerOptions & Pick<Work, "sealer" | "gateWaits" | "signal">

/**
 * Asks the endpoints of deployments that somebody watches every five seconds, as long as all is well with them: what is
 * seen is compared with what is stored, and a run is requested where it is other. Otherwise nothing is written, neither
 * lease nor queue. Resolves when the signal is aborted.
 */
export async function lookAtWatched(options: WatchedOptions): Promise<void> {
  const { watched, clock, signal } = options
  const closed = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
  while (!signal.aborted) {
    const { begins } = watched
    const ids = watched.at(clock.now())
    if (ids.length === 0) await Promise.race([begins, closed])
    await clock.until(clock.now() + PROBE_EVERY_MS, signal)
    await Promise.all(watched.at(clock.now()).map((id) => look(id, options)))
  }
}

async function look(id: string, options: WatchedOptions): Promise<void> {
  const { store, clock, signal, logger } = options
  try {
    if (!signal.aborted && (await isOther(id, options)) && !signal.aborted) await store.requestRun(id, clock.now())
  } catch (error) {
    logger.debug({ deployment: id, code: codeOf(error), err: error }, "a look without a run failed")
  }
}

/** Is what is seen of the endpoints other than what is stored? What a run is due for anyway is left to it. */
async function isOther(id: string, options: WatchedOptions): Promise<boolean> {
  const { store, clock, platforms, sealer } = options
  const deployment = await store.deployment(id)
  if (!deployment || deployment.hold || deployment.deleteAction !== null || deployment.retryRequested) return false
  if (deployment.status !== "running" || deployment.generation !== deployment.observedGeneration) return false
  const stored = await store.endpoints(id)
  if (stored.length === 0 || !isReady(stored.map(({ report }) => report))) return false
  const release = await releaseOf(store, deployment)
  if (!release) return false
  const open = await platforms.get(deployment.platform)
  const choices = await store.choices(id)
  const { endpoints } = expandFor(open, deployment, release, { sealer, choices })
  let differs = false
  const observer = await observerOf({ ...options, deployment }, open, endpoints, async () => {
    differs = true
  })
  await observer.finish(currentRows(await store.rows(id), clock.now()))
  return differs
}
