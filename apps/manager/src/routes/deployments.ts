import { type CreateDeploymentRequest, routes } from "@alienplatform/api"
import { codeOf, newId, newResourcePrefix, problem, violations } from "@alienplatform/core"
import type { Deployment, NewDeployment } from "@alienplatform/store"
import { allWithCleanup, DEFAULT, deploymentJson, withCleanup } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { checkedAdoption, isAdopt } from "../deployment/adopt.ts"
import { createdWith } from "../deployment/created-with.ts"
import { foundDeployment } from "../deployment/found.ts"
import { checkedSettings } from "../deployment/settings.ts"
import type { App } from "../http/app-types.ts"
import { stackOf } from "../release/declared.ts"
import { dryRun, provisional } from "../release/dry-run.ts"
import { installable, newest, releaseOf, updatesItself } from "../release/release-of.ts"
import { changedVariables } from "../variables/change.ts"
import type { Deps } from "./deps.ts"

/** Creating and reading; wishes are in wishes.ts. */
export function deploymentHandlers(app: App, deps: Deps): void {
  const { store } = deps

  app.openapi(routes.createDeployment, async (c) => {
    const body = c.req.valid("json")
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

  app.openapi(routes.listDeployments, async (c) => {
    const { limit, cursor, name, platform, status, deploymentGroupId = DEFAULT } = c.req.valid("query")
    if (deploymentGroupId !== DEFAULT) return c.json({ items: [], nextCursor: null }, 200)
    const { deployment: own, role } = c.get("token")
    const view = viewOf(role)
    const page = await store.deployments({
      limit,
      ...(own === null ? {} : { id: own }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(name === undefined ? {} : { name }),
      ...(platform === undefined ? {} : { platform }),
      ...(status === undefined ? {} : { status }),
    })
    const items = await allWithCleanup(store, page.items, view)
    return c.json({ items, nextCursor: page.nextCursor }, 200)
  })

  app.openapi(routes.getDeployment, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    return c.json(await withCleanup(store, deployment, viewOf(c.get("token").role)), 200)
  })
}

/** The deployment that this very body created; throws `name_taken` for one that another body did. */
async function createdBefore({ store, sealer }: Deps, body: CreateDeploymentRequest): Promise<Deployment | undefined> {
  const known = await store.deploymentByName(body.name)
  if (!known || known.createdWith === createdWith(sealer, body)) return known
  throw nameTaken(known, "it was created with other values: choose another name, or change that deployment")
}

export const nameTaken = ({ id, name }: Deployment, next: string) =>
  problem("name_taken", { message: `the name ${name} is taken by deployment ${id}; ${next}`, context: { name, id } })

/** Of two requests at once, the second one finds what the first created. */
async function created(deps: Deps, body: CreateDeploymentRequest): Promise<Deployment> {
  const { store, clock } = deps
  try {
    if (!isAdopt(body)) return await store.createDeployment(await checkedDeployment(deps, body), clock.now())
    return await store.adopt(body.adopt, (await checkedAdoption(deps, body)).adoption, clock.now())
  } catch (error) {
    const known = ["name_taken", "not_forgotten"].includes(codeOf(error)) ? await createdBefore(deps, body) : undefined
    if (known) return known
    throw error
  }
}

/** Everything in the request checked, down to a dry expansion. */
export async function checkedDeployment(deps: Deps, body: CreateDeploymentRequest): Promise<NewDeployment> {
  const { store, clock, platforms, sealer } = deps
  if (!platforms.has(body.platform)) throw platforms.unsupported(body.platform)
  const open = await platforms.get(body.platform)
  checkTarget(open.checkTarget, body)
  const asked = body.releaseId ? await installable(store, body.releaseId, body.platform) : undefined
  const release = asked ?? (await newest(store, { platform: body.platform, stackId: null }))
  const stack = release && stackOf(release, body.platform)
  const stackSettings = checkedSettings(open.platform, body.stackSettings, stack)
  const id = newId("dep")
  const deployment: NewDeployment = {
    id,
    name: body.name,
    platform: body.platform,
    resourcePrefix: body.resourcePrefix ?? newResourcePrefix(),
    // What does not update itself stays with the release of today.
    desiredReleaseId: asked?.id ?? (updatesItself(stackSettings) ? null : (release?.id ?? null)),
    stackId: stack?.id ?? null,
    stackSettings,
    environmentVariables: changedVariables(sealer, id, [], body.environmentVariables ?? []),
    target: body.target ?? null,
    hold: body.hold ?? false,
    createdWith: createdWith(sealer, body),
    createdAt: clock.now(),
  }
  if (release) await dryRun(deps, open, provisional(deployment), release)
  return deployment
}

function checkTarget(
  check: ((target: unknown) => void) | undefined,
  { platform, target }: CreateDeploymentRequest,
): void {
  if (check) check(target ?? null)
  else if (Object.keys(target ?? {}).length > 0)
    throw violations("request_invalid", "the body", [
      { path: "target", code: "value_malformed", message: `platform ${platform} takes no target; remove it` },
    ])
}

/** The release that the next run would install, or `release_unavailable`. */
export async function nextRelease({ store }: Deps, deployment: Deployment) {
  const release = await releaseOf(store, deployment)
  if (release) return release
  throw problem("release_unavailable", {
    message: `there is no release for ${deployment.platform} yet; create one first`,
    context: { platform: deployment.platform },
  })
}
