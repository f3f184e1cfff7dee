const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Deeper than settings may be; what lies below is not merged, so that whoever reads the result refuses it. */
const MAX_DEPTH = 100

/** JSON Merge Patch, RFC 7396: null removes a member, anything but an object replaces. */
export function mergePatch(target: unknown, patch: unknown, depth = 0): unknown {
  if (!isObject(patch) || depth > MAX_DEPTH) return patch
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [key, value] of Object.entries(patch))
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value, depth + 1))
  return Object.fromEntries(merged)
}
