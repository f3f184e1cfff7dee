import { endpointsOf } from "../resources/endpoints-of.ts"
import type { StackConfig } from "../stack/config.ts"
import type { Found } from "../validation/check.ts"
import { didYouMean } from "../validation/nearest.ts"
import { isObject } from "../validation/plain.ts"
import { shownValue } from "../validation/seen.ts"

type By = Readonly<Record<string, unknown>>

/**
 * Checks rules between settings, and between settings and `stack` if there is one. Works on the value as it was given.
 */
export function settingsRules(settings: unknown, stack?: StackConfig): Found[] {
  if (!isObject(settings)) return []
  const domains =
    isObject(settings.domains) && isObject(settings.domains.customDomains) ? settings.domains.customDomains : {}
  const endpoints = isObject(settings.endpoints) ? settings.endpoints : {}
  return [
    ...duplicateDomains(domains),
    ...(stack
      ? [...keyRules(["domains", "customDomains"], domains, stack), ...keyRules(["endpoints"], endpoints, stack)]
      : []),
  ]
}

function duplicateDomains(domains: By): Found[] {
  const taken = new Map<string, string>()
  return Object.entries(domains).flatMap(([key, value]) => {
    const list = Array.isArray(value) ? value : [value]
    return list.flatMap((item, index): Found[] => {
      if (!isObject(item) || typeof item.domain !== "string") return []
      const domain = item.domain.toLowerCase()
      const other = taken.get(domain)
      taken.set(domain, other ?? key)
      if (other === undefined) return []
      return [
        {
          path: ["domains", "customDomains", key, ...(Array.isArray(value) ? [index] : []), "domain"],
          code: "domain_listed_twice",
          message: `${shownValue(domain)} already serves ${other}; one name serves one endpoint`,
        },
      ]
    })
  })
}

function keyRules(path: readonly string[], by: By, stack: StackConfig): Found[] {
  const served = new Map<string, string>()
  return Object.keys(by).flatMap((key): Found[] => {
    const [id = "", name] = key.split(".", 2)
    const resource = Object.hasOwn(stack.resources, id) ? stack.resources[id]?.config : undefined
    if (!resource)
      return [
        {
          path: [...path, key],
          code: "resource_unknown",
          message: `the stack has no resource ${shownValue(id)}${didYouMean(id, Object.keys(stack.resources))}`,
        },
      ]
    const names = endpointsOf(resource).map((endpoint) => endpoint.name)
    const endpoint = name ?? names[0]
    if (endpoint === undefined || !names.includes(endpoint))
      return [
        {
          path: [...path, key],
          code: "endpoint_unknown",
          message:
            names.length === 0
              ? `${shownValue(id)} has no public endpoint; remove the key, or have the vendor declare one`
              : `${shownValue(id)} has no endpoint ${shownValue(endpoint)}${didYouMean(endpoint ?? "", names)}`,
        },
      ]
    const full = `${id}.${endpoint}`
    const other = served.get(full)
    served.set(full, key)
    return other === undefined
      ? []
      : [
          {
            path: [...path, key],
            code: "endpoint_key_twice",
            message: `is the same endpoint as ${shownValue(other)}; keep one of the keys`,
          },
        ]
  })
}
