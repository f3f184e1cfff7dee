import type { CreateDeploymentRequest } from "@alienplatform/api"
import { canonicalJson, type Violation, violations } from "@alienplatform/core"
import { type Adoption, type Deployment, notAdoptable } from "@alienplatform/store"
import { stackOf } from "../release/declared.ts"
import { dryRun } from "../release/dry-run.ts"
import { installable, releaseOf } from "../release/release-of.ts"
import { changedVariables } from "../variables/change.ts"
import type { DeploymentChecks } from "./check-deployment.ts"
import { createdWith } from "./created-with.ts"
import { checkedSettings } from "./settings.ts"

export type AdoptRequest = Omit<CreateDeploymentRequest, "adopt"> & { adopt: string }

export const isAdopt = <T extends Pick<CreateDeploymentRequest, "adopt">>(body: T): body is T & { adopt: string } =>
  typeof body.adopt === "string"

export interface CheckedAdoption {
  adoption: Adoption
  /** The deployment as it will be. */
  deployment: Deployment
}

/** Everything in the request checked, down to a dry expansion. Throws `not_forgotten` and `other_installation`. */
export async function checkedAdoption(deps: DeploymentChecks, body: AdoptRequest): Promise<CheckedAdoption> {
  const { store, platforms, sealer } = deps
  const forgotten = await store.deployment(body.adopt)
  if (forgotten?.status !== "deleted" || forgotten.deleteAction !== "forget") throw notAdoptable(body.adopt, forgotten)
  refuseDifferences(forgotten, body)
  const { id, platform } = forgotten
  const open = await platforms.get(platform)
  const asked = body.releaseId ? await installable(store, body.releaseId, platform) : undefined
  const settings = body.stackSettings ?? forgotten.stackSettings
  const release = asked ?? (await releaseOf(store, { ...forgotten, stackSettings: settings }))
  const stack = release && stackOf(release, platform)
  const adoption: Adoption = {
    name: body.name,
    createdWith: createdWith(sealer, body),
    hold: body.hold ?? false,
    stackSettings: checkedSettings(open.platform, settings, stack),
    ...(asked && stack ? { desiredReleaseId: asked.id, stackId: stack.id } : {}),
    ...(body.environmentVariables
      ? { environmentVariables: changedVariables(sealer, id, [], body.environmentVariables) }
      : {}),
  }
  const deployment: Deployment = { ...forgotten, ...adoption, status: "pending", deleteAction: null, deletedAt: null }
  if (release) await dryRun(deps, open, deployment, release)
  return { adoption, deployment }
}

/** What an adopted deployment's objects were made with cannot become something else. */
function refuseDifferences({ id, ...forgotten }: Deployment, body: AdoptRequest): void {
  const found = (["platform", "resourcePrefix", "target"] as const).flatMap((path): Violation[] => {
    const [given, kept] = [body[path] ?? null, forgotten[path]]
    if (given === null || canonicalJson(given) === canonicalJson(kept ?? {})) return []
    const message = `${id} was made with ${canonicalJson(kept)}, and what it made stays there; leave it out or give the same`
    return [{ path, code: "adoption_differs", message }]
  })
  if (found.length > 0) throw violations("request_invalid", "the body", found)
}
