import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { ReleaseResponse } from "../release.ts"
import { PageQuery } from "../values.ts"

export const ListReleasesResponse = z
  .object({ items: z.array(ReleaseResponse), nextCursor: z.string().nullish() })
  .openapi("ListReleasesResponse")

/** `drafts=true` lists those too. */
export const ListReleasesQuery = PageQuery.extend({ drafts: z.enum(["true", "false"]).default("false") })

/** Newest first. */
export const listReleases = createRoute({
  method: "get",
  path: "/v1/releases",
  operationId: "listReleases",
  security: bearer,
  request: { query: ListReleasesQuery },
  responses: {
    200: jsonAnswer("All of them, or one page", ListReleasesResponse),
    400: refusals[400],
    ...tokenRefusals,
  },
})
