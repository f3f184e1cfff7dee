import { violations } from "../error.ts"
import type { StackConfig } from "../stack/config.ts"
import { check, type Found, violationOf } from "../validation/check.ts"
import { pathText } from "../validation/path.ts"
import { deepFreeze, hasNull, unsafeParts, withoutAbsent } from "../validation/plain.ts"
import { givenSettings } from "./given-settings.ts"
import { settingsRules } from "./rules.ts"
import { StackSettings } from "./schema.ts"

/**
 * Parses stack settings, completes them with defaults and freezes them. A member that is null counts as absent, if
 * there is one of that name. With `stack`, keys must name its resources and endpoints. Throws `settings_invalid` with every mistake in
 * `context.violations`; no message shows a private key.
 */
export function parseStackSettings(value: unknown, { stack }: { stack?: StackConfig | undefined } = {}): StackSettings {
  const unsafe = unsafeParts(value)
  if (unsafe.length > 0) throw violations("settings_invalid", SETTINGS, unsafe)
  const given = givenSettings(withoutAbsent(value, { nulls: true }))
  const { data, found } = check(StackSettings, given)
  const all = [...found, ...unknownNulls(value, found), ...settingsRules(given, stack)].map(violationOf)
  if (!data || all.length > 0) throw violations("settings_invalid", SETTINGS, all)
  return deepFreeze(data)
}

/** Members that are null and have a name that nobody knows: a typo, and not the absence of a member. */
function unknownNulls(value: unknown, told: readonly Found[]): Found[] {
  if (!hasNull(value)) return []
  const isTold = new Set(told.map(({ path }) => pathText(path)))
  const { found } = check(StackSettings, givenSettings(withoutAbsent(value)))
  return found.filter(({ code, path }) => code === "key_unknown" && !isTold.has(pathText(path)))
}

const SETTINGS = "the settings document"
