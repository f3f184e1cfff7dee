import { DeleteAction } from "@alienplatform/core"
import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, jsonBody, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentResponse } from "../deployment.ts"
import { DeploymentParams } from "../values.ts"

export const DeleteDeploymentRequest = z
  .strictObject({
    /**
     * cleanup deletes our objects. detach takes our marks off where that can be and leaves the objects to whoever runs
     * them now, for good. forget leaves them with their marks and drops what is remembered of them, until the deployment is
     * adopted. retain and erase are of the published API and refused with `not_supported`.
     */
    action: z.enum([...DeleteAction.options, "retain", "erase"]),
  })
  .openapi("DeleteDeploymentRequest")

/** The deployment as it is now, and what was accepted, as published clients read it. */
export const DeleteDeploymentResponse = DeploymentResponse.extend({
  action: DeleteAction,
  message: z.string(),
  /** Never true: the manager deletes everything that it made. */
  cleanupRequired: z.literal(false),
}).openapi("DeleteDeploymentResponse")

/** Asks for the deletion of a deployment; takes an admin's token. */
export const deleteDeployment = createRoute({
  method: "post",
  path: "/v1/deployments/{id}/delete",
  operationId: "deleteDeployment",
  security: bearer,
  request: { params: DeploymentParams, ...jsonBody(DeleteDeploymentRequest) },
  responses: {
    202: jsonAnswer("It will be deleted", DeleteDeploymentResponse),
    400: refusals[400],
    404: refusals[404],
    409: refusals[409],
    422: refusals[422],
    ...tokenRefusals,
  },
})
