import { violations } from "../error.ts"
import type { StackConfig } from "../stack/config.ts"
import { check, violationOf } from "../validation/check.ts"
import { deepFreeze, unsafeParts, withoutAbsent } from "../validation/plain.ts"
import { givenSettings } from "./given-settings.ts"
import { settingsRules } from "./rules.ts"
import { StackSettings } from "./schema.ts"

/**
 * Parses stack settings, completes them with defaults and freezes them. A member that is null counts as absent. With
 * `stack`, keys must name its resources and endpoints. Throws `settings_invalid` with every mistake in
 * `context.violations`; no message shows a private key.
 */
export function parseStackSettings(value: unknown, { stack }: { stack?: StackConfig | undefined } = {}): StackSettings {
  const unsafe = unsafeParts(value)
  if (unsafe.length > 0) throw violations("settings_invalid", SETTINGS, unsafe)
  const given = givenSettings(withoutAbsent(value, { nulls: true }))
  const { data, found } = check(StackSettings, given)
  const all = [...found, ...settingsRules(given, stack)].map(violationOf)
  if (!data || all.length > 0) throw violations("settings_invalid", SETTINGS, all)
  return deepFreeze(data)
}

const SETTINGS = "the settings document"
