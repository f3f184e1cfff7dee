import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, jsonBody, refusals, tokenRefusals } from "../answers.ts"
import { TokenResponse, TokenRole } from "../token.ts"

export const CreateTokenRequest = z
  .strictObject({
    role: TokenRole,
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
