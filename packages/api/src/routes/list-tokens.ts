import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, tokenRefusals } from "../answers.ts"
import { TokenResponse } from "../token.ts"

export const ListTokensResponse = z.object({ items: z.array(TokenResponse) }).openapi("ListTokensResponse")

/** All tokens, newest first, revoked ones too. Tokens of workloads are derived and not listed. */
export const listTokens = createRoute({
  method: "get",
  path: "/v1/tokens",
  operationId: "listTokens",
  security: bearer,
  responses: { 200: jsonAnswer("All tokens", ListTokensResponse), ...tokenRefusals },
})
