import {
  endpointsOf,
  parseStack,
  releaseViolations,
  type StackConfig,
  type Violation,
  violations,
} from "@alienplatform/core"
import type { Release } from "@alienplatform/store"
import { stackFor } from "./release-of.ts"

/** One resource of a release as `/info` lists it. */
export interface DeclaredResource {
  id: string
  type: string
  endpoints: readonly { name: string; protocol: "http" | "tcp" }[]
}

/** Releases never change, so what was parsed once holds; the oldest go first. */
const CACHE_SIZE = 200
const parsedStacks = new Map<string, StackConfig>()

/** The stack of a release for a platform that it is known to have. */
export function stackOf(release: Release, platform: string): StackConfig {
  const key = `${release.id}/${platform}`
  const known = parsedStacks.get(key)
  if (known) return known
  const stack = parseStack(stackFor(release, platform))
  if (parsedStacks.size >= CACHE_SIZE)
    for (const oldest of parsedStacks.keys()) {
      parsedStacks.delete(oldest)
      break
    }
  parsedStacks.set(key, stack)
  return stack
}

export const declaredResources = (stack: StackConfig): DeclaredResource[] =>
  Object.values(stack.resources).map(({ config }) => ({
    id: config.id,
    type: config.type,
    endpoints: endpointsOf(config).map(({ name, protocol }) => ({ name, protocol })),
  }))

/** Hashes of the artifacts that a stack runs. */
export const artifactsOf = (stack: StackConfig): { path: string; sha256: string }[] =>
  Object.values(stack.resources).flatMap(({ config }) =>
    config.code.type === "artifact" ? [{ path: `resources.${config.id}.code.sha256`, sha256: config.code.sha256 }] : [],
  )

/** Throws `source_not_built`, `not_supported` or `stack_not_supported` with everything in a stack that a release cannot carry. */
export function refuseUnreleasable(stack: StackConfig, platform: string): void {
  const found: Violation[] = releaseViolations(stack).map((one) => ({ ...one, path: `stack.${platform}.${one.path}` }))
  if (stack.supportedPlatforms && !stack.supportedPlatforms.some((name) => name === platform))
    found.push({
      path: `stack.${platform}.supportedPlatforms`,
      code: "platform_not_supported",
      message: `the stack says that it supports ${stack.supportedPlatforms.join(", ")} only`,
    })
  if (found.length === 0) return
  const code = (["source_not_built", "not_supported"] as const).find((one) => found.some((other) => other.code === one))
  const what = `stack ${stack.id}`
  if (code === "source_not_built") throw violations("source_not_built", what, found)
  throw code ? violations("not_supported", what, found) : violations("stack_not_supported", what, found)
}
