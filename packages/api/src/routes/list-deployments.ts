import { DeploymentStatus } from "@alienplatform/core"
import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentResponse } from "../deployment.ts"
import { PageQuery, PlatformName } from "../values.ts"

export const ListDeploymentsQuery = PageQuery.extend({
  name: z.string().max(256).optional(),
  platform: PlatformName.optional(),
  /** Deleted ones are answered only when asked for. */
  status: DeploymentStatus.optional(),
  deploymentGroupId: z.string().max(256).optional(),
  /** `deploymentGroup` is always included. */
  include: z.union([z.string(), z.array(z.string())]).optional(),
})

export const ListDeploymentsResponse = z
  .object({ items: z.array(DeploymentResponse), nextCursor: z.string().nullish() })
  .openapi("ListDeploymentsResponse")

/** Newest first. */
export const listDeployments = createRoute({
  method: "get",
  path: "/v1/deployments",
  operationId: "listDeployments",
  security: bearer,
  request: { query: ListDeploymentsQuery },
  responses: {
    200: jsonAnswer("All of them, or one page", ListDeploymentsResponse),
    400: refusals[400],
    ...tokenRefusals,
  },
})
