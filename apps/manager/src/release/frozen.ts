import { frozenViolations, violations } from "@alienplatform/core"
import type { Deployment, Release, Store } from "@alienplatform/store"
import { stackOf } from "./declared.ts"

/** Throws `frozen_changed` where a release would change what the installed one declares frozen. */
export async function refuseFrozenChanges(store: Store, deployment: Deployment, release: Release): Promise<void> {
  if (!deployment.currentReleaseId || deployment.currentReleaseId === release.id) return
  const installed = await store.release(deployment.currentReleaseId)
  if (!installed) return
  const { platform } = deployment
  const found = frozenViolations(stackOf(installed, platform), stackOf(release, platform))
  if (found.length > 0) throw violations("frozen_changed", `release ${release.id}`, found)
}
