import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, tokenRefusals } from "../answers.ts"

export const WhoamiResponse = z
  .object({
    kind: z.literal("token"),
    /** `tok_…`, the token's public name; of a workload `DEPLOYMENT/RESOURCE`. */
    id: z.string(),
    workspaceId: z.string(),
    workspaceName: z.string(),
    /** Where this manager is reached: its public URL where it has one. Absent from answers of older managers. */
    managerUrl: z.string().optional(),
    role: z.enum(["admin", "customer", "workload"]),
    scope: z.object({
      type: z.enum(["workspace", "deployment"]),
      deploymentId: z.string().nullish(),
      deploymentGroupId: z.string().nullish(),
      projectId: z.string().nullish(),
    }),
  })
  .openapi("WhoamiResponse")

export const whoami = createRoute({
  method: "get",
  path: "/v1/whoami",
  operationId: "whoami",
  security: bearer,
  responses: { 200: jsonAnswer("Whose token this is", WhoamiResponse), ...tokenRefusals },
})
