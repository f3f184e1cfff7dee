import { violations } from "../error.ts"
import type { StackConfig } from "../stack/config.ts"
import { check, type Found, violationOf } from "../validation/check.ts"
import { deepFreeze, unsafeParts, withoutAbsent } from "../validation/plain.ts"
import { settingsRules } from "./rules.ts"
import { NOT_SETTABLE, StackSettings } from "./schema.ts"

/**
 * Settings from outside, completed with defaults and frozen. A member that is null counts as absent. With `stack`,
 * keys must name its resources and endpoints. Throws `settings_invalid` with every mistake in `context.violations`;
 * no message shows a private key.
 */
export function parseStackSettings(value: unknown, { stack }: { stack?: StackConfig | undefined } = {}): StackSettings {
  const unsafe = unsafeParts(value)
  if (unsafe.length > 0) throw violations("settings_invalid", SETTINGS, unsafe)
  const given = withoutAbsent(value, { nulls: true })
  const { data, found } = check(StackSettings, given)
  const all = [...unsupported(found), ...settingsRules(given, stack)].map(violationOf)
  if (!data || all.length > 0) throw violations("settings_invalid", SETTINGS, all)
  return deepFreeze(data)
}

const SETTINGS = "the settings document"

/** Keys that the published API has and we do not; one violation each, however much stands below them. */
function unsupported(found: readonly Found[]): Found[] {
  const seenPaths = new Set<string>()
  return found.flatMap((one) => {
    const path = unsupportedPath(one.path)
    if (!path) return [one]
    const key = path.join("/")
    if (seenPaths.has(key)) return []
    seenPaths.add(key)
    const message = `${String(path.at(-1))} is not supported yet in this form; leave it out`
    return [{ path, code: "setting_not_supported", message }]
  })
}

function unsupportedPath(path: readonly PropertyKey[]): readonly PropertyKey[] | undefined {
  const [root, second] = path
  if (root !== undefined && NOT_SETTABLE.has(root)) return [root]
  if (root === "domains" && second === "publicEndpointTarget") return [root, second]
  const at = path.indexOf("certificate")
  return root === "domains" && at > 0 && path[at + 1] === "kubernetes" ? path.slice(0, at + 2) : undefined
}
