import { givenConfig } from "../resources/given-config.ts"
import { isObject } from "../validation/plain.ts"

/**
 * Converts a stack as a published builder writes it to the schema's form: a null counts as absent. A null under a name
 * of the vendor's own, a resource or a profile, stays as a mistake.
 */
export function givenStack(stack: unknown): unknown {
  return withoutNulls(stack, {
    permissions: (permissions) => withoutNulls(permissions),
    resources: (resources) => mapMembers(resources, (entry) => withoutNulls(entry, { config: givenConfig })),
  })
}

/** Members of an object that are not null, some of them converted by `make`. */
function withoutNulls(value: unknown, make: Readonly<Record<string, (member: unknown) => unknown>> = {}): unknown {
  if (!isObject(value)) return value
  const given = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(
    given.map(([key, member]) => [key, Object.hasOwn(make, key) ? make[key]?.(member) : member]),
  )
}

const mapMembers = (value: unknown, each: (member: unknown) => unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, each(member)])) : value
