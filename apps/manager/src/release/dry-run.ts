import { parseStackSettings } from "@alienplatform/core"
import type { Graph } from "@alienplatform/engine"
import type { Deployment, NewDeployment, Release, Store } from "@alienplatform/store"
import type { OpenPlatform } from "../platforms/platforms.ts"
import type { Sealer } from "../secrets/seal.ts"
import { type ClearFields, clearFields } from "../variables/clear-fields.ts"
import { readVariables, type Variable } from "../variables/stored.ts"
import { stackOf } from "./declared.ts"
import { type Expansion, expandStack } from "./expansion.ts"
import { refuseFrozenChanges } from "./frozen.ts"

export interface ExpandForOptions {
  sealer: Sealer
  /** Made by earlier runs. */
  choices?: Record<string, string>
  /** Default: the deployment's own. */
  variables?: readonly Variable[]
}

/**
 * What a deployment's release consists of with its settings and variables: no network, no clock. Throws
 * `stack_not_supported` and `secret_unreadable`.
 */
export const expandFor = (
  open: OpenPlatform,
  deployment: Deployment,
  release: Release,
  { sealer, choices = {}, variables = readVariables(sealer, deployment) }: ExpandForOptions,
): Expansion =>
  expandStack({
    platform: open.platform,
    stack: stackOf(release, deployment.platform),
    settings: deployment.stackSettings,
    deployment: { ...open.contextOf(deployment), release: release.id },
    variables,
    choices,
  })

/** Finds the plan fields that no variable appears in, by expanding the release once more with other values. */
export const clearFieldsFor = (
  graph: Graph,
  open: OpenPlatform,
  deployment: Deployment,
  release: Release,
  options: ExpandForOptions,
): ClearFields =>
  clearFields(
    graph,
    { stack: stackOf(release, deployment.platform), variables: readVariables(options.sealer, deployment) },
    (variables) => expandFor(open, deployment, release, { ...options, variables }).graph,
  )

/**
 * Expands a release for a deployment that does not exist yet, or with other settings; reads the choices made so far
 * from the store.
 */
export async function dryRun(
  { store, sealer }: { store: Store; sealer: Sealer },
  open: OpenPlatform,
  deployment: Deployment,
  release: Release,
): Promise<void> {
  await refuseFrozenChanges(store, deployment, release)
  expandFor(open, deployment, release, { sealer, choices: await store.choices(deployment.id) })
}

/** A new deployment as it will be stored, for a look ahead. */
export const provisionalDeployment = (deployment: NewDeployment): Deployment => ({
  ...deployment,
  status: "pending",
  currentReleaseId: null,
  previousReleaseId: null,
  retryRequested: false,
  deleteAction: null,
  generation: 1,
  observedGeneration: 0,
  error: null,
  drift: [],
  updatedAt: deployment.createdAt,
  deletedAt: null,
})

/** Stands for every deployment that a release may come to: settings as they are by default, names at their longest. */
export const worstDeployment = (platform: string, now: number): Deployment =>
  provisionalDeployment({
    id: `dep_${"0".repeat(16)}`,
    name: "n".repeat(40),
    platform,
    resourcePrefix: "p".repeat(20),
    desiredReleaseId: null,
    stackId: null,
    stackSettings: parseStackSettings({}),
    environmentVariables: [],
    target: null,
    hold: true,
    createdWith: "",
    createdAt: now,
  })
