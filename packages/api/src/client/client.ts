import type { z } from "@hono/zod-openapi"
import { DeploymentResponse } from "../deployment.ts"
import { DeploymentInfoResponse } from "../info.ts"
import { ReleaseResponse } from "../release.ts"
import { type CreateDeploymentRequest, CreateDeploymentResponse } from "../routes/create-deployment.ts"
import { type CreatePlanRequest, CreatePlanResponse } from "../routes/create-plan.ts"
import type { CreateReleaseRequest } from "../routes/create-release.ts"
import type { DeleteDeploymentRequest } from "../routes/delete-deployment.ts"
import { PlanResponse } from "../routes/get-plan.ts"
import { HealthResponse } from "../routes/health.ts"
import { type ListDeploymentsQuery, ListDeploymentsResponse } from "../routes/list-deployments.ts"
import { ListReleasesResponse } from "../routes/list-releases.ts"
import { ArtifactResponse } from "../routes/put-artifact.ts"
import type { UpdateDeploymentRequest } from "../routes/update-deployment.ts"
import { WhoamiResponse } from "../routes/whoami.ts"
import type { PlatformName } from "../values.ts"
import { type ClientOptions, createSend } from "./send.ts"

export type Client = ReturnType<typeof createClient>
type Filters = Partial<z.input<typeof ListDeploymentsQuery>>

/**
 * The manager, typed. Every method throws the manager's own error under its code, `manager_unreachable`
 * (retryable) when no answer came, or `answer_invalid`.
 */
export function createClient(options: ClientOptions) {
  const send = createSend(options)
  const deployment = (id: string, rest = "") => `/v1/deployments/${encodeURIComponent(id)}${rest}`
  return {
    health: () => send({ path: "/health", answer: HealthResponse }),
    whoami: () => send({ path: "/v1/whoami", answer: WhoamiResponse }),

    /** `size` in bytes; a stream is read once. */
    putArtifact: (sha256: string, stream: ReadableStream<Uint8Array> | Uint8Array, size: number) =>
      send({
        method: "PUT",
        path: `/v1/artifacts/${encodeURIComponent(sha256)}`,
        bytes: { stream, size },
        answer: ArtifactResponse,
      }),

    createRelease: (json: CreateReleaseRequest) =>
      send({ method: "POST", path: "/v1/releases", json, answer: ReleaseResponse }),
    release: (id: string) => send({ path: `/v1/releases/${encodeURIComponent(id)}`, answer: ReleaseResponse }),
    latestRelease: (platform?: PlatformName) =>
      send({ path: "/v1/releases/latest", query: { platform }, answer: ReleaseResponse }),
    releases: (page: { limit?: number; cursor?: string } = {}) =>
      send({ path: "/v1/releases", query: page, answer: ListReleasesResponse }),

    createDeployment: (json: CreateDeploymentRequest) =>
      send({ method: "POST", path: "/v1/deployments", json, answer: CreateDeploymentResponse }),
    deployment: (id: string) => send({ path: deployment(id), answer: DeploymentResponse }),
    deployments: (filters: Omit<Filters, "include"> = {}) =>
      send({ path: "/v1/deployments", query: filters as Record<string, string>, answer: ListDeploymentsResponse }),
    updateDeployment: (id: string, json: z.input<typeof UpdateDeploymentRequest>) =>
      send({ method: "PATCH", path: deployment(id), json, answer: DeploymentResponse }),
    deleteDeployment: (id: string, action: z.input<typeof DeleteDeploymentRequest>["action"]) =>
      send({ method: "POST", path: deployment(id, "/delete"), json: { action }, answer: DeploymentResponse }),
    redeploy: (id: string, json: { releaseId?: string } = {}) =>
      send({ method: "POST", path: deployment(id, "/redeploy"), json, answer: DeploymentResponse }),
    retry: (id: string) => send({ method: "POST", path: deployment(id, "/retry"), answer: DeploymentResponse }),
    info: (id: string) => send({ path: deployment(id, "/info"), answer: DeploymentInfoResponse }),
    createPlan: (id: string, json: z.input<typeof CreatePlanRequest> = {}) =>
      send({ method: "POST", path: deployment(id, "/plan"), json, answer: CreatePlanResponse }),
    plan: (id: string) => send({ path: deployment(id, "/plan"), answer: PlanResponse }),
  }
}
