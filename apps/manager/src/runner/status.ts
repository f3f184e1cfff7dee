import type { DeploymentStatus, ErrorJson } from "@alienplatform/core"
import { isRetryable } from "@alienplatform/core/codes"
import type { ObjectRow, Outcome, Reason } from "@alienplatform/engine"
import type { Deployment } from "@alienplatform/store"

type Installed = Pick<Deployment, "currentReleaseId">

/** While a run works: a release that was once whole is updated, before that it is provisioned. */
export const workingStatus = ({ currentReleaseId }: Installed): DeploymentStatus =>
  currentReleaseId === null ? "provisioning" : "updating"

export const failedStatus = ({ currentReleaseId, deleteAction }: Installed & Pick<Deployment, "deleteAction">) =>
  deleteAction !== null ? "delete-failed" : currentReleaseId === null ? "provisioning-failed" : "update-failed"

/** running = every node is settled or waits on a person. */
export function statusAfter(
  outcome: Exclude<Outcome, "destroyed" | "lingering">,
  deployment: Deployment,
): DeploymentStatus {
  if (outcome === "settled" || outcome === "waiting") return "running"
  return outcome === "failed" ? failedStatus(deployment) : workingStatus(deployment)
}

/** Why a run failed: the first object, or part of one, that was refused for good. */
export function failureOf(rows: readonly ObjectRow[]): ErrorJson | null {
  for (const row of rows) {
    const { state, parts } = row
    const reason =
      state.status === "parked"
        ? state.why
        : (Object.values(parts).find(({ parked }) => parked !== undefined)?.why ?? null)
    if (reason) return explained(row, reason)
  }
  return null
}

/** What keeps an object from being as wanted, as an error. */
export const explained = ({ node, type }: ObjectRow, { code, message, fix }: Reason): ErrorJson => ({
  code,
  message: `${node}: ${message}`,
  retryable: isRetryable(code),
  internal: false,
  ...(fix === undefined ? {} : { hint: fix }),
  context: { node, type },
})
