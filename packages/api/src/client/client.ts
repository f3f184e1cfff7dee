import type { DeleteAction } from "@alienplatform/core"
import type { z } from "@hono/zod-openapi"
import type { DeploymentResponse } from "../deployment.ts"
import type { DeploymentInfoResponse } from "../info.ts"
import type { ReleaseResponse } from "../release.ts"
import type { BackupProgress, BackupReport } from "../routes/backup.ts"
import type { CreateDeploymentRequest, CreateDeploymentResponse } from "../routes/create-deployment.ts"
import type { CreatePlanRequest, CreatePlanResponse } from "../routes/create-plan.ts"
import type { CreateReleaseRequest } from "../routes/create-release.ts"
import type { CreateTokenRequest, CreateTokenResponse } from "../routes/create-token.ts"
import type { DnsResponse } from "../routes/dns.ts"
import type { PlanResponse } from "../routes/get-plan.ts"
import type { HealthResponse } from "../routes/health.ts"
import type { ListDeploymentsQuery, ListDeploymentsResponse } from "../routes/list-deployments.ts"
import type { ListReleasesResponse } from "../routes/list-releases.ts"
import type { ListTokensResponse } from "../routes/list-tokens.ts"
import type { LogEntry, LogsQuery } from "../routes/logs.ts"
import type { PlanNewRequest } from "../routes/plan-new.ts"
import type { ArtifactResponse } from "../routes/put-artifact.ts"
import type { RedeployRequest } from "../routes/redeploy.ts"
import type { UpdateDeploymentRequest } from "../routes/update-deployment.ts"
import type { WhoamiResponse } from "../routes/whoami.ts"
import type { TokenResponse } from "../token.ts"
import type { PlatformName } from "../values.ts"
import type { Shape } from "./answer.ts"
import { type ClientOptions, createSend } from "./send.ts"

export type { DeploymentResponse } from "../deployment.ts"
export type { DeploymentInfoResponse } from "../info.ts"
export { PLATFORM_NAMES } from "../platform-names.ts"
export type { BackupProgress, BackupReport } from "../routes/backup.ts"
export type { PlanResponse } from "../routes/get-plan.ts"
export type { LogEntry } from "../routes/logs.ts"
export type { TokenResponse } from "../token.ts"
export type { PlatformName } from "../values.ts"

export { installationOfToken } from "./token-installation.ts"

export type Client = ReturnType<typeof createClient>
type Filters = Partial<z.input<typeof ListDeploymentsQuery>>

const RELEASE: Shape<ReleaseResponse> = { id: "string", stack: "object" }
const DEPLOYMENT: Shape<DeploymentResponse> = { id: "string", name: "string", status: "string", generation: "number" }
const INFO: Shape<DeploymentInfoResponse> = {
  status: "string",
  generation: "number",
  observedGeneration: "number",
  resources: "object",
}

/**
 * The manager, typed. No schema is loaded for it, so that a command starts fast: answers are told from another server's
 * by a few members. Every method throws the manager's own error under its code, `manager_unreachable` (retryable) when
 * no answer came, or `answer_invalid`.
 */
export function createClient(options: ClientOptions) {
  const send = createSend(options)
  const deployment = (id: string, rest = "") => `/v1/deployments/${encodeURIComponent(id)}${rest}`
  const post = <T>(path: string, answer: Shape<T>, json?: unknown) =>
    send<T>({ method: "POST", path, answer, ...(json === undefined ? {} : { json }) })
  return {
    health: () => send<z.infer<typeof HealthResponse>>({ path: "/health", answer: { status: "string" } }),
    whoami: () =>
      send<z.infer<typeof WhoamiResponse>>({ path: "/v1/whoami", answer: { id: "string", role: "string" } }),

    /** `size` in bytes; a stream is read once. */
    putArtifact: (sha256: string, stream: ReadableStream<Uint8Array> | Uint8Array, size: number) =>
      send<z.infer<typeof ArtifactResponse>>({
        method: "PUT",
        path: `/v1/artifacts/${encodeURIComponent(sha256)}`,
        bytes: { stream, size },
        answer: { sha256: "string", size: "number" },
      }),

    createRelease: (json: CreateReleaseRequest) => post("/v1/releases", RELEASE, json),
    release: (id: string) => send<ReleaseResponse>({ path: `/v1/releases/${encodeURIComponent(id)}`, answer: RELEASE }),
    latestRelease: (platform?: PlatformName) =>
      send<ReleaseResponse>({ path: "/v1/releases/latest", query: { platform }, answer: RELEASE }),
    releases: (query: { limit?: number; cursor?: string; drafts?: "true" } = {}) =>
      send<z.infer<typeof ListReleasesResponse>>({ path: "/v1/releases", query, answer: { items: "array" } }),

    createDeployment: (json: CreateDeploymentRequest) =>
      post<z.infer<typeof CreateDeploymentResponse>>("/v1/deployments", { deployment: "object" }, json),
    deployment: (id: string) => send<DeploymentResponse>({ path: deployment(id), answer: DEPLOYMENT }),
    deployments: (filters: Omit<Filters, "include"> = {}) =>
      send<z.infer<typeof ListDeploymentsResponse>>({
        path: "/v1/deployments",
        query: filters as Record<string, string>,
        answer: { items: "array" },
      }),
    updateDeployment: (id: string, json: z.input<typeof UpdateDeploymentRequest>) =>
      send<DeploymentResponse>({ method: "PATCH", path: deployment(id), json, answer: DEPLOYMENT }),
    deleteDeployment: (id: string, action: DeleteAction) =>
      post<DeploymentResponse>(deployment(id, "/delete"), DEPLOYMENT, { action }),
    redeploy: (id: string, json: z.input<typeof RedeployRequest> = {}) =>
      post(deployment(id, "/redeploy"), DEPLOYMENT, json),
    retry: (id: string) => post(deployment(id, "/retry"), DEPLOYMENT),
    info: (id: string) => send<DeploymentInfoResponse>({ path: deployment(id, "/info"), answer: INFO }),
    /** Without `since` the newest lines, else those after that cursor; `cursor` is where the next call goes on. */
    logs: (id: string, query: Partial<z.input<typeof LogsQuery>> = {}) =>
      send<{ entries: LogEntry[]; cursor: string }>({
        path: deployment(id, "/logs"),
        query: query as Record<string, string | number | undefined>,
        answer: { entries: "array", cursor: "string" },
        accept: "application/x-ndjson",
        parse: (text, headers) => ({
          entries: text
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line)),
          cursor: headers.get("x-next-cursor") ?? undefined,
        }),
      }),
    dns: (id: string) =>
      send<z.infer<typeof DnsResponse>>({ path: deployment(id, "/dns"), answer: { records: "array" } }),

    createToken: (json: z.input<typeof CreateTokenRequest>) =>
      post<z.infer<typeof CreateTokenResponse>>("/v1/tokens", { token: "object", secret: "string" }, json),
    tokens: () => send<z.infer<typeof ListTokensResponse>>({ path: "/v1/tokens", answer: { items: "array" } }),
    revokeToken: (id: string) =>
      send<TokenResponse>({
        method: "DELETE",
        path: `/v1/tokens/${encodeURIComponent(id)}`,
        answer: { id: "string", role: "string" },
      }),
    /** Copies the installation to a directory of the manager's machine; `progress` hears how far it is. */
    backup: (directory: string, progress: (now: BackupProgress) => void = () => {}) =>
      send<BackupReport>({
        method: "POST",
        path: "/v1/backup",
        json: { directory },
        onLine: (line) => {
          const { progress: now } = line as { progress?: BackupProgress }
          if (now) progress(now)
        },
        answer: { directory: "string", installation: "string", bytes: "number", contents: "object" },
      }),
    createPlan: (id: string, json: z.input<typeof CreatePlanRequest> = {}) =>
      post<z.infer<typeof CreatePlanResponse>>(deployment(id, "/plan"), { requestedAt: "string" }, json),
    /** What a deployment that does not exist would begin with; nothing is kept of it. */
    planNew: (json: z.input<typeof PlanNewRequest>) =>
      post<PlanResponse & { text: string }>("/v1/plans", { text: "string" }, json),
    plan: (id: string) =>
      send<PlanResponse>({ path: deployment(id, "/plan"), answer: { status: "string", createdAt: "string" } }),
  }
}
