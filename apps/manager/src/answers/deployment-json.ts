import type { DeploymentResponse, LeftObject } from "@alienplatform/api"
import type { Deployment, Leftover, Store } from "@alienplatform/store"
import { DEFAULT_ID } from "../release/default-id.ts"
import type { View } from "./view.ts"

const time = (ms: number): string => new Date(ms).toISOString()

export function deploymentJson(deployment: Deployment, view: View): DeploymentResponse {
  return {
    id: deployment.id,
    name: deployment.name,
    platform: deployment.platform as DeploymentResponse["platform"],
    status: deployment.status,
    workspaceId: DEFAULT_ID,
    projectId: DEFAULT_ID,
    deploymentGroupId: DEFAULT_ID,
    deploymentGroup: { id: DEFAULT_ID, name: DEFAULT_ID },
    deploymentProtocolVersion: 1,
    retryRequested: deployment.retryRequested,
    currentReleaseId: deployment.currentReleaseId,
    desiredReleaseId: deployment.desiredReleaseId,
    previousReleaseId: deployment.previousReleaseId,
    stackSettings: deployment.stackSettings,
    environmentVariables: deployment.environmentVariables.map(view.variable),
    error: deployment.error,
    createdAt: time(deployment.createdAt),
    updatedAt: time(deployment.updatedAt),
    resourcePrefix: deployment.resourcePrefix,
    target: deployment.target,
    hold: deployment.hold,
    generation: deployment.generation,
    observedGeneration: deployment.observedGeneration,
    deleteAction: deployment.deleteAction,
  }
}

/** A deployment as the API shows it, with the objects that are left once deletion was asked for. */
export async function deploymentWithLeftovers(
  store: Pick<Store, "leftovers">,
  deployment: Deployment,
  view: View,
): Promise<DeploymentResponse> {
  const answer = deploymentJson(deployment, view)
  if (deployment.deleteAction === null) return answer
  return { ...answer, cleanup: (await store.leftovers([deployment.id])).map(leftObject) }
}

/** Several deployments with their left objects, by one query of the store. */
export async function deploymentsWithLeftovers(
  store: Pick<Store, "leftovers">,
  deployments: readonly Deployment[],
  view: View,
): Promise<DeploymentResponse[]> {
  const going = deployments.flatMap(({ id, deleteAction }) => (deleteAction === null ? [] : [id]))
  const left = Map.groupBy(await store.leftovers(going), ({ deployment }) => deployment)
  const known = { leftovers: async ([id = ""]: readonly string[]) => left.get(id) ?? [] }
  return Promise.all(deployments.map((deployment) => deploymentWithLeftovers(known, deployment, view)))
}

/** Without what was expected and observed: those are props, and not everybody's. */
const leftObject = ({ node, type, id, name, why }: Leftover): LeftObject => ({
  ...{ node, type, id, name },
  ...(why === null
    ? {}
    : { why: { code: why.code, message: why.message, ...(why.fix === undefined ? {} : { fix: why.fix }) } }),
})
