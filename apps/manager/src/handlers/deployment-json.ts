import type { DeploymentResponse } from "@alienplatform/api"
import type { Deployment } from "@alienplatform/store"
import type { View } from "../http/view.ts"
import { storedVariables } from "../variables/stored.ts"

/** Fields of the contract that mean nothing here. */
export const DEFAULT = "default"

const time = (ms: number): string => new Date(ms).toISOString()

export function deploymentJson(deployment: Deployment, view: View): DeploymentResponse {
  return {
    id: deployment.id,
    name: deployment.name,
    platform: deployment.platform as DeploymentResponse["platform"],
    status: deployment.status,
    workspaceId: DEFAULT,
    projectId: DEFAULT,
    deploymentGroupId: DEFAULT,
    deploymentGroup: { id: DEFAULT, name: DEFAULT },
    deploymentProtocolVersion: 1,
    retryRequested: deployment.retryRequested,
    currentReleaseId: deployment.currentReleaseId,
    desiredReleaseId: deployment.desiredReleaseId,
    previousReleaseId: deployment.previousReleaseId,
    stackSettings: deployment.stackSettings,
    environmentVariables: storedVariables(deployment).map(view.variable),
    error: deployment.error as DeploymentResponse["error"],
    createdAt: time(deployment.createdAt),
    updatedAt: time(deployment.updatedAt),
    resourcePrefix: deployment.resourcePrefix,
    target: deployment.target,
    hold: deployment.hold,
    generation: deployment.generation,
    observedGeneration: deployment.observedGeneration,
    deleteAction: deployment.deleteAction as DeploymentResponse["deleteAction"],
  }
}
