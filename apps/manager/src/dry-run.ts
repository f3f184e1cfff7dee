import type { Deployment, Release, Store } from "@alienplatform/store"
import { stackOf } from "./declared.ts"
import { type Expansion, expandStack } from "./expansion.ts"
import type { OpenPlatform } from "./platforms/platforms.ts"

/** What a deployment's release consists of with its settings: no network, no clock. Throws `stack_not_supported`. */
export const expandFor = (
  open: OpenPlatform,
  deployment: Deployment,
  release: Release,
  choices: Record<string, string> = {},
): Expansion =>
  expandStack({
    platform: open.platform,
    stack: stackOf(release, deployment.platform),
    settings: deployment.stackSettings,
    deployment: open.contextOf(deployment),
    variables: deployment.environmentVariables,
    choices,
  })

/** The same before the deployment exists or with other settings; asks the store for the choices made so far. */
export async function dryRun(
  store: Store,
  open: OpenPlatform,
  deployment: Deployment,
  release: Release,
): Promise<void> {
  expandFor(open, deployment, release, await store.choices(deployment.id))
}
