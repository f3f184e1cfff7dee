import type { Clock } from "@alienplatform/engine"
import type { Store } from "@alienplatform/store"
import type { ArtifactFiles } from "./artifacts.ts"

const DAY = 24 * 3600 * 1000
/** An artifact that was put or asked for so lately may belong to a release that is yet to come, in ms. */
const KEPT_FOR = DAY

export interface SweepOptions {
  store: Store
  artifacts: ArtifactFiles
  clock: Clock
  /** So many of the newest releases of each stack and platform are kept, beside those in use. */
  keepReleases: number
  /** While it is true no file is removed. */
  paused: () => boolean
}

/**
 * Removes old releases, and artifacts that no release needs any more. An artifact goes by its row first and then by its
 * file, so that what a crash leaves between them is a file that nobody knows, which the next sweep removes.
 */
export async function sweepArtifacts({ store, artifacts, clock, keepReleases, paused }: SweepOptions) {
  const now = clock.now()
  const before = now - KEPT_FOR
  const releases = await store.removeOldReleases(keepReleases, now)
  const unneeded = new Set(await store.artifactsBefore(before))
  // Whatever looks like a hash counts: a stack of an older version may not be parsed any more.
  for await (const stack of store.releasedStacks())
    for (const [sha256] of stack.matchAll(/[0-9a-f]{64}/g)) unneeded.delete(sha256)
  let removed = 0
  for (const sha256 of unneeded) {
    if (paused()) return { releases, artifacts: removed }
    if (!(await store.forgetArtifact(sha256, before))) continue
    await artifacts.remove(sha256, before)
    removed++
  }
  for (const sha256 of await artifacts.list()) {
    if (paused()) break
    if (!(await store.artifact(sha256))) await artifacts.remove(sha256, before)
  }
  return { releases, artifacts: removed }
}
