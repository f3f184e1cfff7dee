import { createRoute, z } from "@hono/zod-openapi"
import { bearer, guarded, json, refusals } from "../answers.ts"
import { TokenResponse } from "../token.ts"

/** From then on it is answered 401. The last admin token that is left is refused with 409 `last_admin_token`. */
export const revokeToken = createRoute({
  method: "delete",
  path: "/v1/tokens/{id}",
  operationId: "revokeToken",
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(64) }) },
  responses: {
    200: json("Revoked, or it was before", TokenResponse),
    404: refusals[404],
    409: refusals[409],
    ...guarded,
  },
})
