import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, jsonBody, refusals, tokenRefusals } from "../answers.ts"
import { TokenResponse, TokenRole } from "../token.ts"
import { Default } from "../values.ts"

export const CreateTokenRequest = z
  .strictObject({
    role: TokenRole.optional(),
    /** What published clients send instead of a role. Of their kinds none is made here, so it is refused with `not_supported`. */
    type: z.string().max(64).optional(),
    deploymentGroupId: Default.nullish(),
    /** Required for a customer, refused for an admin. */
    deploymentId: z.string().min(1).max(64).nullish(),
    /** Whose it is, for lists. */
    description: z.string().max(200).default(""),
  })
  .openapi("CreateTokenRequest")

export const CreateTokenResponse = z
  .object({
    token: TokenResponse,
    /** Answered once; only its hash is kept. */
    secret: z.string(),
  })
  .openapi("CreateTokenResponse")

export const createToken = createRoute({
  method: "post",
  path: "/v1/tokens",
  operationId: "createToken",
  security: bearer,
  request: jsonBody(CreateTokenRequest),
  responses: {
    201: jsonAnswer("Created", CreateTokenResponse),
    400: refusals[400],
    404: refusals[404],
    422: refusals[422],
    ...tokenRefusals,
  },
})
