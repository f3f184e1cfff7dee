import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { TokenResponse } from "../token.ts"

/** Requests with a revoked token are answered 401. The last admin token that is left is refused with 409 `last_admin_token`. */
export const revokeToken = createRoute({
  method: "delete",
  path: "/v1/tokens/{id}",
  operationId: "revokeToken",
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(64) }) },
  responses: {
    200: jsonAnswer("Revoked, or it was before; to who accepts application/json", TokenResponse),
    204: { description: "The same, to everybody else" },
    404: refusals[404],
    409: refusals[409],
    ...tokenRefusals,
  },
})
