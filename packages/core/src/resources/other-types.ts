import type { Found } from "../validation/check.ts"
import { isObject } from "../validation/plain.ts"
import { shownValue } from "../validation/seen.ts"

/** Types of the published API's resources that nothing here runs. */
const OTHER_TYPES = [
  "ai",
  "artifact-registry",
  "build",
  "compute-cluster",
  "email",
  "experimental/aws-opensearch",
  "key",
  "kv",
  "postgres",
  "queue",
  "sandbox",
  "service-account",
  "storage",
  "vault",
] as const
export type OtherType = (typeof OTHER_TYPES)[number]

const isOtherType = (value: unknown): value is OtherType => OTHER_TYPES.some((type) => type === value)

/** Is it a resource, or a reference to one, that nothing here runs? */
export const isOther = (value: unknown): value is { type: OtherType; id?: unknown } =>
  isObject(value) && isOtherType(value.type)

/** The refusal of a resource, or of a reference to it, that nothing here runs. */
export const otherRefused = (path: readonly PropertyKey[], { type, id }: { type: OtherType; id?: unknown }): Found => ({
  path,
  code: "resource_not_supported",
  message: `${shownValue(id)} is of type ${type}, which is not run here yet; remove it, and give the workloads its address as a variable`,
})

/** Leaves of what is not run here the one refusal: what else is wrong with it is of no use to anybody. */
export function withoutMoreOfOthers(found: readonly Found[]): Found[] {
  const others = found.filter(({ code }) => code === "resource_not_supported")
  return found.filter((one) => !others.some((other) => other.code !== one.code && startsWith(one.path, other.path)))
}

const startsWith = (path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean =>
  start.every((step, index) => path[index] === step)
