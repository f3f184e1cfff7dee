import {
  AlienError,
  parseStackSettings,
  type StackConfig,
  type StackSettings,
  type Violation,
} from "@alienplatform/core"
import { violations } from "@alienplatform/core/error"
import type { Platform } from "@alienplatform/engine"
import { mergePatch, mergePatchKeepingNulls } from "./merge-patch.ts"
import { checkSettings } from "./settings.ts"

/** Stored settings with a merge patch applied. */
export const patchedSettings = (stored: unknown, patch: unknown): unknown => mergePatch(stored, patch ?? {})

/**
 * Checks stored settings with a merge patch applied, as `checkSettings` does. Throws `settings_invalid` too where null
 * removes what no settings have: nothing of it is left in the result, and a typo would read as done.
 */
export function checkPatchedSettings(
  platform: Pick<Platform, "settings">,
  { stored, patch, stack }: { stored: unknown; patch: unknown; stack?: StackConfig | undefined },
): StackSettings {
  const settings = checkSettings(platform, patchedSettings(stored, patch), stack)
  const unknown = unknownKeys(mergePatchKeepingNulls(stored, patch ?? {}))
  if (unknown.length > 0) throw violations("settings_invalid", "the change of the stack settings", unknown)
  return settings
}

function unknownKeys(value: unknown): Violation[] {
  try {
    parseStackSettings(value)
    return []
  } catch (error) {
    const found = error instanceof AlienError ? error.context?.violations : undefined
    return Array.isArray(found) ? (found as Violation[]).filter(({ code }) => code === "key_unknown") : []
  }
}
