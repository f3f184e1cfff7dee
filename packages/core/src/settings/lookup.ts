import type { ResourceConfig } from "../resources/config.ts"
import { endpointsOf } from "../resources/endpoints-of.ts"
import type { CustomDomain, EndpointSettings, StackSettings } from "./schema.ts"

/** Keys under which an endpoint's settings may stand: `resource.endpoint`, and `resource` for the first one. */
const settingsKeys = (resource: ResourceConfig, endpoint: string): string[] => [
  `${resource.id}.${endpoint}`,
  ...(endpointsOf(resource)[0]?.name === endpoint ? [resource.id] : []),
]

const findUnderKeys = <T>(by: Readonly<Record<string, T>> | undefined, keys: readonly string[]): T | undefined => {
  const key = keys.find((one) => by !== undefined && Object.hasOwn(by, one))
  return key === undefined ? undefined : by?.[key]
}

/** The customer's domains of an endpoint, the one of `customUrl` first; empty without any. */
export function customDomainsOf(settings: StackSettings, resource: ResourceConfig, endpoint: string): CustomDomain[] {
  const found = findUnderKeys(settings.domains?.customDomains, settingsKeys(resource, endpoint))
  if (!found) return []
  return Array.isArray(found) ? found : [found]
}

/** The customer's settings of an endpoint, complete with defaults. */
export function endpointSettingsOf(
  settings: StackSettings,
  resource: ResourceConfig,
  endpoint: string,
): EndpointSettings & { providerUrl: "open" | "close" } {
  const chosen = findUnderKeys(settings.endpoints, settingsKeys(resource, endpoint))
  const exposure = chosen?.exposure ?? "internet"
  const providerUrl = chosen?.providerUrl ?? (exposure === "internet" ? "open" : "close")
  return { ...chosen, exposure, providerUrl }
}
