import type { ProbeOptions, ProbeResult } from "@alienplatform/endpoints"
import type { Clock } from "@alienplatform/engine"
import type { Claim, Deployment, Store } from "@alienplatform/store"
import type { Logger } from "pino"
import type { Platforms } from "../platforms/platforms.ts"
import type { Sealer } from "../secrets/seal.ts"
import type { GateWaitTracker } from "./gate-wait-tracker.ts"
import type { LastLooks } from "./last-looks.ts"
import type { RunSlot } from "./run-slot.ts"
import type { Watched } from "./watched.ts"

/** What every run of one manager shares. */
export interface RunnerOptions {
  store: Store
  platforms: Platforms
  clock: Clock
  /** `ins_…` */
  installation: string
  secretKey: Uint8Array
  watched: Watched
  logger: Logger
  /** Names this process in leases; differs between two starts. */
  holder: string
  /** Deployments worked on at once; those that wait for nothing but time do not count. Default 8. */
  limit?: number
  /** Default: the one of @alienplatform/endpoints. */
  probe?: (options: ProbeOptions) => Promise<ProbeResult>
}

/** One claim being worked on. */
export interface Work extends RunnerOptions {
  claim: Claim
  /** The deployment as read when the run began. */
  deployment: Deployment
  /** Aborted on close and when something else is desired: the step under way ends, nothing new is started. */
  signal: AbortSignal
  sealer: Sealer
  gateWaits: GateWaitTracker
  /** The run's place among those that work. */
  place: RunSlot
  /** When the engine last looked at all objects of each deployment. */
  lastLooks: LastLooks
}

/** When the deployment is due again; null: only when a run is requested. "gone": its queue entry no longer exists. */
export type NextDue = number | null | "gone"

/** ms a lease is taken or renewed for. */
export const LEASE_MS = 180_000
