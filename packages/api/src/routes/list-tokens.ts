import { createRoute, z } from "@hono/zod-openapi"
import { bearer, guarded, json } from "../answers.ts"
import { TokenResponse } from "../token.ts"

export const ListTokensResponse = z.object({ items: z.array(TokenResponse) }).openapi("ListTokensResponse")

/** Newest first, revoked ones too. Tokens of workloads are derived and not listed. */
export const listTokens = createRoute({
  method: "get",
  path: "/v1/tokens",
  operationId: "listTokens",
  security: bearer,
  responses: { 200: json("All tokens", ListTokensResponse), ...guarded },
})
