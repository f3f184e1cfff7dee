import { type CreateDeploymentRequest, routes } from "@alienplatform/api"
import { codeOf } from "@alienplatform/core"
import type { Deployment } from "@alienplatform/store"
import { deploymentJson } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { checkAdoption, isAdopt } from "../deployment/adopt.ts"
import { checkDeployment } from "../deployment/check-deployment.ts"
import { creationFingerprint } from "../deployment/creation-fingerprint.ts"
import { nameTaken } from "../deployment/name-taken.ts"
import { withoutPublishedFields } from "../deployment/published-fields.ts"
import type { AddRoute } from "./add-route.ts"
import type { Deps } from "./deps.ts"

export const createDeployment: AddRoute = (app, deps) => {
  app.openapi(routes.createDeployment, async (c) => {
    const body = withoutPublishedFields(c.req.valid("json"))
    const deployment = (await createdBefore(deps, body)) ?? (await created(deps, body))
    return c.json(
      {
        deployment: deploymentJson(deployment, viewOf(c.get("token").role)),
        deploymentModel: "push" as const,
        token: null,
      },
      201,
    )
  })
}

/** The deployment that this very body created; throws `name_taken` for one that another body did. */
async function createdBefore({ store, sealer }: Deps, body: CreateDeploymentRequest): Promise<Deployment | undefined> {
  const known = await store.deploymentByName(body.name)
  if (!known || known.createdWith === creationFingerprint(sealer, body)) return known
  throw nameTaken(known, "it was created with other values: choose another name, or change that deployment")
}

/** Creates a deployment; of two equal requests at once the second one finds what the first created. */
async function created(deps: Deps, body: CreateDeploymentRequest): Promise<Deployment> {
  const { store, clock } = deps
  try {
    if (!isAdopt(body)) return await store.createDeployment(await checkDeployment(deps, body), clock.now())
    return await store.adopt(body.adopt, (await checkAdoption(deps, body)).adoption, clock.now())
  } catch (error) {
    const known = ["name_taken", "not_forgotten"].includes(codeOf(error)) ? await createdBefore(deps, body) : undefined
    if (known) return known
    throw error
  }
}
