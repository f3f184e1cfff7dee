import {
  AlienError,
  parseStackSettings,
  type StackConfig,
  type StackSettings,
  type Violation,
  violations,
} from "@alienplatform/core"

/**
 * Throws `settings_invalid` with every mistake, `setting_not_supported` with everything that is right and that no
 * platform here can do yet. With `stack`, keys have to name its endpoints.
 */
export function checkedSettings(value: unknown, stack?: StackConfig): StackSettings {
  const settings = parsed(value, stack)
  const found: Violation[] = []
  const refuse = (path: string, message: string) => found.push({ path, code: "setting_not_supported", message })

  if (settings.network && settings.network.type !== "use-default")
    refuse("network.type", `${settings.network.type} is not supported yet; use use-default`)
  for (const key of Object.keys(settings.domains?.customDomains ?? {}))
    refuse(`domains.customDomains.${key}`, "custom domains are not supported yet; remove it")
  for (const [key, endpoint] of Object.entries(settings.endpoints ?? {})) {
    if (endpoint.exposure !== undefined && endpoint.exposure !== "internet")
      refuse(`endpoints.${key}.exposure`, `exposure ${endpoint.exposure} is not supported yet; use internet`)
    if (endpoint.providerUrl === "close")
      refuse(`endpoints.${key}.providerUrl`, "closing the platform's own URL is not supported yet; use open")
  }
  if (found.length > 0) throw violations("setting_not_supported", "the stack settings", found)
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
    throw violations("setting_not_supported", "the stack settings", found as Violation[])
  }
}
