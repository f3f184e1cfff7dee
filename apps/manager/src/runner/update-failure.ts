import type { ErrorJson } from "@alienplatform/core"
import { overdueObjects } from "@alienplatform/endpoints"
import type { ObjectRow, Outcome } from "@alienplatform/engine"
import type { Deployment } from "@alienplatform/store"
import { explainReason, failureOf } from "./status.ts"
import type { Work } from "./types.ts"

/** Is what runs now the change of something that was once installed whole? Then that serves on when it fails. */
const isUpdate = ({ currentReleaseId, ...deployment }: Deployment): boolean =>
  currentReleaseId !== null &&
  (deployment.generation > deployment.observedGeneration || failedBefore(deployment) !== null)

/** `update_failed` of this generation: it holds until the update succeeds or another one is requested. */
function failedBefore({
  error,
  generation,
  observedGeneration,
}: Pick<Deployment, "error" | "generation" | "observedGeneration">) {
  return error?.code === "update_failed" && generation === observedGeneration ? error : null
}

export interface UpdateFindings {
  rows: readonly ObjectRow[]
  /** progressing: the engine still works, or will go on. */
  outcome: Outcome
  /** The release that is being installed. */
  release: string
}

/**
 * Why a deployment has failed, or nothing while it may still get there: what was refused for good; of an update also a
 * gate that has kept it waiting for too long.
 */
export function failureNow(
  { deployment, gateWaits, clock }: Pick<Work, "deployment" | "gateWaits" | "clock">,
  { rows, outcome, release }: UpdateFindings,
): ErrorJson | null {
  if (outcome !== "failed" && outcome !== "progressing") return null
  const refused = outcome === "failed" ? (failureOf(newest(rows)) ?? failureOf(rows)) : null
  if (!isUpdate(deployment)) return refused
  const late = overdueObjects(gateWaits.waitsOf(deployment), clock.now())
  const waiting = rows.find(({ object }) => late.has(object))
  const reason = refused ?? (waiting?.state.why ? explainReason(waiting, waiting.state.why) : null)
  return reason ? updateFailed(reason, release) : failedBefore(deployment)
}

/** Without the objects of earlier attempts, which stay until another one is ready. */
const newest = (rows: readonly ObjectRow[]): ObjectRow[] => {
  const living = rows.filter(({ doomed, twin }) => !doomed && !twin)
  return living.filter(
    (row) => !living.some(({ node, incarnation }) => node === row.node && incarnation > row.incarnation),
  )
}

const updateFailed = ({ code, message, context, ...reason }: ErrorJson, releaseId: string): ErrorJson => ({
  ...reason,
  code: "update_failed",
  message: `release ${releaseId} could not be made ready, and what ran before was kept; ${message}`,
  context: { ...context, code, releaseId },
})
