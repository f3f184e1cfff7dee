import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, jsonBody, refusals, tokenRefusals } from "../answers.ts"
import { BaseImage, GitMetadata, ReleaseResponse, StackByPlatform } from "../release.ts"
import { Default } from "../values.ts"

export const CreateReleaseRequest = z
  .strictObject({
    projectId: Default.optional(),
    /** Another name of `projectId`; one of the two is required. */
    project: Default.optional(),
    /** There is one, `production`; another is refused with `setting_not_supported`. */
    channel: z.string().max(128).nullish(),
    stack: StackByPlatform,
    gitMetadata: GitMetadata.nullish(),
    baseImage: BaseImage.nullish(),
    /** To be planned first: nobody follows it before a redeploy names it, which publishes it. */
    draft: z.boolean().nullish(),
  })
  .refine(({ projectId, project }) => projectId !== undefined || project !== undefined, {
    path: ["projectId"],
    error: 'is missing; write "default"',
  })
  .openapi("CreateReleaseRequest")
export type CreateReleaseRequest = z.infer<typeof CreateReleaseRequest>

/**
 * Deployments that follow one of its stacks on that platform are run at once. What a platform refuses whatever
 * the deployment is refused here.
 */
export const createRelease = createRoute({
  method: "post",
  path: "/v1/releases",
  operationId: "createRelease",
  security: bearer,
  request: jsonBody(CreateReleaseRequest),
  responses: {
    201: jsonAnswer("Created", ReleaseResponse),
    400: refusals[400],
    413: refusals[413],
    422: refusals[422],
    ...tokenRefusals,
  },
})
