import {
  AlienError,
  parseStackSettings,
  type StackConfig,
  type StackSettings,
  type Violation,
  violations,
} from "@alienplatform/core"
import type { Platform } from "@alienplatform/engine"

const WHAT = "the stack settings"

/**
 * Throws `settings_invalid` with every mistake, `setting_not_supported` with everything that is right and that nobody, or
 * this platform, can do. With `stack`, keys have to name its endpoints.
 */
export function checkedSettings(
  { settings: refusedBy }: Pick<Platform, "settings">,
  value: unknown,
  stack?: StackConfig,
): StackSettings {
  const settings = parsed(value, stack)
  const found = refusedBy?.(settings) ?? []
  if (found.length > 0) throw violations("setting_not_supported", WHAT, found)
  return settings
}

/** A document with nothing worse than unsupported settings is not invalid. */
function parsed(value: unknown, stack: StackConfig | undefined): StackSettings {
  try {
    return parseStackSettings(value ?? {}, { stack })
  } catch (error) {
    const found = error instanceof AlienError ? error.context?.violations : undefined
    if (!Array.isArray(found) || !(found as Violation[]).every(({ code }) => code === "setting_not_supported"))
      throw error
    throw violations("setting_not_supported", WHAT, found as Violation[])
  }
}
