/**
 * Path of the first value that JSON cannot represent; undefined when there is none. Undefined members count as absent.
 */
export function findNonJson(value: unknown, path = ""): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path
  if (Array.isArray(value)) return first(value.map((item, index) => findNonJson(item, `${path}[${index}]`)))
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return path
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return first(members.map(([name, member]) => findNonJson(member, `${path}.${name}`)))
}

const first = (paths: readonly (string | undefined)[]) => paths.find((path) => path !== undefined)
