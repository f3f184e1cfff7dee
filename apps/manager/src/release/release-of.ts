import { problem } from "@alienplatform/core"
import { type Deployment, type Release, releaseRemoved, type Store } from "@alienplatform/store"

/** Whether a new release installs itself. Absent means yes. */
export function updatesItself(stackSettings: unknown): boolean {
  return !(
    typeof stackSettings === "object" &&
    stackSettings !== null &&
    "updates" in stackSettings &&
    stackSettings.updates === "approval-required"
  )
}

interface DesiredRelease extends Pick<Deployment, "desiredReleaseId" | "currentReleaseId" | "platform" | "stackId"> {
  /** Settings as requested; they need not be valid. */
  stackSettings: unknown
}

/** The release that the next run installs: the one asked for, else the newest of its stack, unless updates need an approval. */
export async function releaseOf(store: Store, deployment: DesiredRelease): Promise<Release | undefined> {
  if (deployment.desiredReleaseId) return store.release(deployment.desiredReleaseId)
  if (updatesItself(deployment.stackSettings)) return newestRelease(store, deployment)
  return deployment.currentReleaseId ? store.release(deployment.currentReleaseId) : undefined
}

/** The release that the next run installs. Throws `release_unavailable` where there is none yet. */
export async function nextRelease(store: Store, deployment: DesiredRelease): Promise<Release> {
  const release = await releaseOf(store, deployment)
  if (release) return release
  throw noReleaseYet(deployment.platform)
}

export const noReleaseYet = (platform: string) =>
  problem("release_unavailable", {
    message: `there is no release for ${platform} yet; create one first`,
    context: { platform },
  })

/** The newest release with that stack for the platform; with any where there was none yet. */
export async function newestRelease(
  store: Store,
  { platform, stackId }: Pick<Deployment, "platform" | "stackId">,
): Promise<Release | undefined> {
  const release = await store.latestRelease(platform, stackId)
  return release && stackFor(release, platform) !== undefined ? release : undefined
}

/** Whether a release is the newest one of its stack and platform, a draft once it is published. */
export const isNewest = (release: Release, last: Release | undefined): boolean =>
  release.id === last?.id || (release.draft && release.createdAt >= (last?.createdAt ?? 0))

/** Throws `release_unavailable` unless it exists and has a stack for the platform. */
export async function findInstallableRelease(store: Store, id: string, platform: string): Promise<Release> {
  const release = await store.release(id)
  if (release?.removedAt !== undefined) throw releaseRemoved(id)
  if (release && stackFor(release, platform) !== undefined) return release
  throw problem("release_unavailable", {
    message: release
      ? `release ${id} has no stack for ${platform}, only for ${Object.keys(release.stack).join(", ")}`
      : `there is no release ${id}; create it first, or name one of GET /v1/releases`,
    context: { releaseId: id, platform },
  })
}

/**
 * What a rollback installs: the release that is installed whole where another one is wanted, else the one before it.
 * Throws `release_unavailable` where there is none.
 */
export async function rollbackRelease(store: Store, deployment: Deployment): Promise<string> {
  const { name, currentReleaseId, previousReleaseId } = deployment
  const wanted = await releaseOf(store, deployment)
  const release = wanted && wanted.id !== currentReleaseId ? currentReleaseId : previousReleaseId
  if (release !== null) return release
  throw problem("release_unavailable", {
    message: `${name} has no release to go back to: ${currentReleaseId === null ? "none was installed whole yet" : `${currentReleaseId} is the only one that was installed whole`}; name the one that you want`,
    context: { currentReleaseId },
  })
}

export const stackFor = (release: Release, platform: string) =>
  Object.hasOwn(release.stack, platform) ? release.stack[platform] : undefined
