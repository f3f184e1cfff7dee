import { givenConfig } from "../resources/given-config.ts"
import { isObject } from "../validation/plain.ts"

/**
 * A stack as the schema has it, made of what a published builder writes: a null counts as absent. A null under a name of
 * the vendor's own, a resource or a profile, is a mistake and stays.
 */
export function givenStack(stack: unknown): unknown {
  return withoutNulls(stack, {
    permissions: (permissions) => withoutNulls(permissions),
    resources: (resources) => mapMembers(resources, (entry) => withoutNulls(entry, { config: givenConfig })),
  })
}

/** Its members that are not null, some of them made into others. */
function withoutNulls(value: unknown, make: Readonly<Record<string, (member: unknown) => unknown>> = {}): unknown {
  if (!isObject(value)) return value
  const given = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(
    given.map(([key, member]) => [key, Object.hasOwn(make, key) ? make[key]?.(member) : member]),
  )
}

const mapMembers = (value: unknown, each: (member: unknown) => unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, each(member)])) : value
