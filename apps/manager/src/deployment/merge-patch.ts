const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Deeper than settings may be; what lies below is not merged, so that whoever reads the result refuses it. */
const MAX_DEPTH = 100

/** JSON Merge Patch, RFC 7396: null removes a member, anything but an object replaces. */
export const mergePatch = (target: unknown, patch: unknown): unknown => merge(target, patch, false, 0)

/** The same, but null for a member that the target does not have stays, so that its name can be judged. */
export const mergePatchKeepingNulls = (target: unknown, patch: unknown): unknown => merge(target, patch, true, 0)

function merge(target: unknown, patch: unknown, keepsNulls: boolean, depth: number): unknown {
  if (!isObject(patch) || depth > MAX_DEPTH) return patch
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [key, value] of Object.entries(patch))
    if (value !== null) merged.set(key, merge(merged.get(key), value, keepsNulls, depth + 1))
    else if (!merged.delete(key) && keepsNulls) merged.set(key, null)
  return Object.fromEntries(merged)
}
