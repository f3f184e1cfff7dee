import type { StackSettings, Violation } from "@alienplatform/core"

/** What of a customer's settings one machine cannot do. */
export function refusedSettings({ network, domains, endpoints }: StackSettings): Violation[] {
  const found: Violation[] = []
  const refuse = (path: string, message: string) => found.push({ path, code: "setting_not_supported", message })
  if (network && network.type !== "use-default")
    refuse("network.type", `${network.type} is not supported yet; use use-default`)
  for (const key of Object.keys(domains?.customDomains ?? {}))
    refuse(`domains.customDomains.${key}`, "custom domains are not supported yet; remove it")
  for (const [key, { exposure, providerUrl }] of Object.entries(endpoints ?? {})) {
    if (exposure !== undefined && exposure !== "internet")
      refuse(`endpoints.${key}.exposure`, `exposure ${exposure} is not supported yet; use internet`)
    if (providerUrl === "close")
      refuse(`endpoints.${key}.providerUrl`, "closing the platform's own URL is not supported yet; use open")
  }
  return found
}
