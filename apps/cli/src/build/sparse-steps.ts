/** A step that takes longer is told of again. */
const SILENT_MS = 10_000

/**
 * Which steps of a build are worth a line in a log: the first in each tenth of it, and one where none was for ten
 * seconds. `share`: of the build, 0 to 1.
 */
export function sparseSteps(
  now: () => number = () => performance.now(),
): (step: { resource: string; share: number }) => boolean {
  let last = { resource: "", tenth: -1, at: 0 }
  return ({ resource, share }) => {
    const tenth = Math.floor(share * 10)
    if (last.resource === resource && last.tenth === tenth && now() - last.at < SILENT_MS) return false
    last = { resource, tenth, at: now() }
    return true
  }
}
