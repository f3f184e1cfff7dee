import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"

export const ArtifactResponse = z
  .object({
    sha256: z.string(),
    /** bytes */
    size: z.int(),
  })
  .openapi("Artifact")

/** Content-addressed: putting the same artifact again is answered 200 and changes nothing. At most 256 MiB. */
export const putArtifact = createRoute({
  method: "put",
  path: "/v1/artifacts/{sha256}",
  operationId: "putArtifact",
  security: bearer,
  request: {
    params: z.object({
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, "has to be a SHA-256 in 64 lower-case hex characters")
        .openapi({ param: { name: "sha256", in: "path" } }),
    }),
    body: { content: { "application/gzip": { schema: { type: "string", format: "binary" } } } },
  },
  responses: {
    200: jsonAnswer("Known already", ArtifactResponse),
    201: jsonAnswer("Stored", ArtifactResponse),
    400: refusals[400],
    413: refusals[413],
    ...tokenRefusals,
  },
})
