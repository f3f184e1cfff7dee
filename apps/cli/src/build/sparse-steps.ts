/** Time without a line after which a step is reported again. */
const SILENT_MS = 10_000

/**
 * Makes a filter for the steps of a build that are worth a line in a log: the first in each tenth of it, and one after
 * ten seconds without any. `share` is that of the build, 0 to 1.
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
