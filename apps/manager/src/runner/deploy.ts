import { currentRows, type Graph, recentDrift } from "@alienplatform/engine"
import type { Release } from "@alienplatform/store"
import type { OpenPlatform } from "../platforms/platforms.ts"
import { stackOf } from "../release/declared.ts"
import { expandFor } from "../release/dry-run.ts"
import { refuseFrozenChanges } from "../release/frozen.ts"
import { releaseOf } from "../release/release-of.ts"
import { earliestRead, isReady, lookAgainAt, nextDue, resyncAt } from "./due.ts"
import { observe } from "./observe.ts"
import type { Observer } from "./observer.ts"
import { runEngine } from "./run-engine.ts"
import { failedStatus, statusAfter, workingStatus } from "./status.ts"
import type { NextDue, Work } from "./types.ts"
import { failureNow } from "./update-failure.ts"
import { watchUpdate } from "./watch-update.ts"

/** Brings a deployment to its release, or only probes it where nothing else is due. */
export async function deploy(work: Work): Promise<NextDue> {
  const { store, platforms, deployment, clock, lastLooks, sealer } = work
  const release = await releaseOf(store, deployment)
  // Pending until there is a release; that one requests a run.
  if (!release) return null
  const stackId = stackOf(release, deployment.platform).id
  // The first release that there is decides whose later ones are followed.
  if (deployment.stackId === null) await store.report(work.claim.lease, { stackId }, clock.now())
  await refuseFrozenChanges(store, deployment, release)
  const open = await platforms.get(deployment.platform)
  const choices = await store.choices(deployment.id)
  const { graph, endpoints } = expandFor(open, deployment, release, { sealer, choices })
  const observer = await observe(work, open, endpoints)
  try {
    const asked = await probeOnly(work, observer)
    const dueAt = "look" in asked ? await converge(work, { open, release, graph, observer, ...asked }) : asked.due
    if (dueAt === "stopped") return clock.now()
    const now = clock.now()
    return nextDue({
      deployment: deployment.id,
      now,
      lastLook: lastLooks.get(deployment.id)?.at ?? now,
      dueAt: dueAt === "nothing" ? null : dueAt,
      reports: observer.reports,
      watched: work.watched.has(deployment.id, now),
    })
  } finally {
    await observer.stop()
  }
}

type Due = number | "nothing"

/** Endpoints probed, and when a row is due; or that the engine has to look, at all objects or at what is due. */
type Asked = { due: Due } | { look: "all" | "due" }

async function probeOnly(work: Work, observer: Observer): Promise<Asked> {
  const { store, deployment, clock, lastLooks } = work
  const now = clock.now()
  const lastLook = lastLooks.get(deployment.id)
  // A look in the future was before the clock was set back.
  const isKnown = lastLook !== undefined && lastLook.at <= now && resyncAt(deployment.id, lastLook.at) > now
  if (!isKnown || lastLook.generation !== deployment.generation || deployment.retryRequested) return { look: "all" }
  const isLookDue = lookAgainAt(observer.reports, lastLook.at) <= now
  if (deployment.generation !== deployment.observedGeneration || deployment.status !== "running")
    return { look: isLookDue ? "all" : "due" }
  const rows = currentRows(await store.rows(deployment.id), now)
  const due = earliestRead(rows)
  if (due !== null && due <= now) return { look: "due" }
  // The look ends with the same probes.
  if (isLookDue) return { look: "all" }
  const wasReady = isReady(observer.reports)
  if (!isReady(await observer.finish(rows)) && wasReady) return { look: "all" }
  return { due: due ?? "nothing" }
}

interface Target {
  open: OpenPlatform
  release: Release
  graph: Graph
  observer: Observer
  look: "all" | "due"
}

async function converge(work: Work, { open, release, graph, observer, look }: Target): Promise<Due | "stopped"> {
  const { store, deployment, clock, claim, signal, lastLooks, logger, gateWaits } = work
  const { generation } = deployment
  const startedAt = clock.now()
  const working = workingStatus(deployment)
  if (generation > deployment.observedGeneration && deployment.status !== working)
    await store.report(claim.lease, { status: working, error: null }, clock.now())

  const watch = watchUpdate(work, observer, async (rows) => {
    const error = failureNow(work, { rows, outcome: "progressing", release: release.id })
    if (!error) return
    const status = failedStatus(deployment)
    await store.report(claim.lease, { status, observedGeneration: generation, error }, clock.now())
  })
  const result = await runEngine(work, open, { graph, look, onChange: watch.changed }).finally(watch.stop)
  if (signal.aborted) return "stopped"
  if (look === "all") lastLooks.set(deployment.id, { at: startedAt, generation })
  gateWaits.update(deployment, result.rows, clock.now())
  await observer.finish(result.rows)

  const outcome = result.outcome === "destroyed" || result.outcome === "lingering" ? "settled" : result.outcome
  const whole = outcome === "settled" || outcome === "waiting"
  const failure = failureNow(work, { rows: result.rows, outcome, release: release.id })
  await store.report(
    claim.lease,
    {
      status: failure ? failedStatus(deployment) : statusAfter(outcome, deployment),
      error: failure,
      drift: recentDrift(result.rows, clock.now()),
      retried: generation,
      ...(outcome === "progressing" && !failure ? {} : { observedGeneration: generation }),
      ...(whole ? { currentReleaseId: release.id } : {}),
    },
    clock.now(),
  )
  logger.info({ deployment: deployment.id, release: release.id, outcome }, "run ended")
  return result.dueAt ?? "nothing"
}
