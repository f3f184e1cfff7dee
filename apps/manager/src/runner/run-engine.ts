import { createLimiterOver, type Graph, type ObjectRow, runDeployment } from "@alienplatform/engine"
import type { OpenPlatform } from "../platforms/platforms.ts"
import { LEASE_MS, type Work } from "./types.ts"

export interface EngineRun {
  /** null: towards nothing. */
  graph: Graph | null
  /** all (default): every object is read. due: what is due alone. */
  look?: "all" | "due"
  /** Objects stay, without our marks. */
  detach?: boolean
  /** Ends the run, beside the signal of its work. */
  until?: AbortSignal
  /** Sees the rows after every change. */
  onChange?: (rows: readonly ObjectRow[]) => void
}

/** One run of the engine. Its calls take their places in limits that the store keeps, beside those of all other runs. */
export async function runEngine(
  { store, claim, deployment, installation, secretKey, clock, signal, place }: Work,
  open: OpenPlatform,
  { graph, look = "all", detach = false, until, onChange }: EngineRun,
) {
  await open.prepare?.()
  const result = await runDeployment({
    ...{ store, installation, secretKey, clock, graph, look, detach, slots: place },
    signal: until ? AbortSignal.any([signal, until]) : signal,
    lease: claim.lease,
    leaseMs: LEASE_MS,
    deployment: deployment.id,
    retry: deployment.retryRequested,
    platform: open.platform,
    context: open.context,
    limiter: createLimiterOver(open.platform.limits ?? {}, store.buckets),
    ...(onChange ? { onChange } : {}),
  })
  // What comes of it is judged and stored in the run's place again.
  await place.take(signal)
  return result
}
