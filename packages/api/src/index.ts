export { OpenAPIHono } from "@hono/zod-openapi"
export { type Client, createClient } from "./client/client.ts"
export type { ClientOptions } from "./client/send.ts"
export { DeploymentResponse, DeploymentStatus, EnvironmentVariable, LeftObject } from "./deployment.ts"
export { ErrorBody } from "./error-body.ts"
export {
  Condition,
  DeploymentInfoResponse,
  DnsRecord,
  DriftReport,
  EndpointState,
  EndpointStatus,
  HostReport,
  PublicEndpoint,
  ResourceEntry,
} from "./info.ts"
export { ReleaseResponse } from "./release.ts"
export { CreateDeploymentRequest } from "./routes/create-deployment.ts"
export { CreatePlanRequest } from "./routes/create-plan.ts"
export { CreateReleaseRequest } from "./routes/create-release.ts"
export { PlanResponse } from "./routes/get-plan.ts"
export { LOG_CURSOR_HEADER, LogEntry } from "./routes/logs.ts"
export * as routes from "./routes.ts"
export { TokenResponse, TokenRole } from "./token.ts"
export { PlatformName } from "./values.ts"
export { requestInvalid } from "./violations.ts"
