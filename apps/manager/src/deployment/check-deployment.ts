import type { CreateDeploymentRequest } from "@alienplatform/api"
import { newId, newResourcePrefix, violations } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { NewDeployment, Store } from "@alienplatform/store"
import type { Platforms } from "../platforms/platforms.ts"
import { stackOf } from "../release/declared.ts"
import { dryRun, provisional } from "../release/dry-run.ts"
import { installable, newest, updatesItself } from "../release/release-of.ts"
import type { Sealer } from "../secrets/seal.ts"
import { changedVariables } from "../variables/change.ts"
import { createdWith } from "./created-with.ts"
import { checkedSettings } from "./settings.ts"

/** What a deployment is checked against. */
export interface DeploymentChecks {
  store: Store
  clock: Clock
  platforms: Platforms
  sealer: Sealer
}

/** Everything in the request checked, down to a dry expansion. */
export async function checkedDeployment(deps: DeploymentChecks, body: CreateDeploymentRequest): Promise<NewDeployment> {
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
