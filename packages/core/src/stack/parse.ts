import { type Violation, violations } from "../error.ts"
import { explainPublished } from "../resources/check-resource.ts"
import { withoutMoreOfOthers } from "../resources/other-types.ts"
import { check, type Found, violationOf } from "../validation/check.ts"
import { pathText } from "../validation/path.ts"
import { deepFreeze, unsafeParts } from "../validation/plain.ts"
import { StackConfig } from "./config.ts"
import { givenStack } from "./given-stack.ts"
import { stackRules } from "./rules.ts"

/** Checks a whole stack by schema and rules. Paths leave out `config`: `resources.api.memoryMb`. */
export function checkStack(value: unknown): { data: StackConfig | undefined; found: readonly Violation[] } {
  const unsafe = unsafeParts(value)
  if (unsafe.length > 0) return { data: undefined, found: unsafe }
  const given = givenStack(value)
  const { data, found } = check(StackConfig, given)
  const all = withoutMoreOfOthers([
    ...found.filter((one) => !isKeyMistake(one, found)).map((one) => withoutConfig(explainPublished(one, given))),
    ...stackRules(given),
  ]).map(violationOf)
  return { data: all.length === 0 ? data : undefined, found: all }
}

/** Is the mistake in the key of a resource whose `id` has the same mistake? It is then reported once. */
function isKeyMistake({ path, message }: Found, all: readonly Found[]): boolean {
  const id = pathText([...path, "config", "id"])
  return path.length === 2 && all.some((other) => pathText(other.path) === id && other.message === message)
}

function withoutConfig(found: Found): Found {
  const [root, id, config, ...rest] = found.path
  return root === "resources" && config === "config" && id !== undefined
    ? { ...found, path: [root, id, ...rest] }
    : found
}

/**
 * Parses a stack, completes it with defaults and freezes it. A member that is null counts as absent. Throws
 * `stack_invalid` with every mistake in `context.violations`.
 */
export function parseStack(value: unknown): StackConfig {
  const { data, found } = checkStack(value)
  if (!data) throw violations("stack_invalid", "the stack", found)
  return deepFreeze(data)
}
