import type { Violation } from "../error.ts"
import { canonicalJson } from "../json.ts"
import type { StackConfig } from "./config.ts"

/**
 * Lists changes that `next` would make to resources that are frozen in the installed stack: these are created once,
 * then only observed. A release that declares such a resource `live` may change it.
 */
export function frozenViolations(installed: StackConfig, next: StackConfig): Violation[] {
  return Object.entries(installed.resources).flatMap(([id, before]) => {
    if (before.lifecycle !== "frozen") return []
    const after = next.resources[id]
    const path = `resources.${id}`
    if (!after)
      return [
        frozenViolation(path, `${id} is frozen and cannot be removed; make it "live" in one release, then remove it`),
      ]
    if (after.lifecycle !== "frozen") return []
    const changed = changedMembers(before.config, after.config)
    const what = `${id} is frozen, but ${changed.join(", ")} ${changed.length === 1 ? "differs" : "differ"} from the installed release`
    return changed.length === 0 ? [] : [frozenViolation(path, `${what}; take the change back, or make it "live"`)]
  })
}

const frozenViolation = (path: string, message: string): Violation => ({ path, code: "frozen_changed", message })

const changedMembers = (before: object, after: object): string[] => {
  const [left, right] = [before, after] as Record<string, unknown>[]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => canonicalJson(left?.[name]) !== canonicalJson(right?.[name]))
    .sort()
}
