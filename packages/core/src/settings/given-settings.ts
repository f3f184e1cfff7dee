import { isObject } from "../validation/plain.ts"

/**
 * Converts settings as published clients write them to the schema's form: hosts that a resource's entry lists by endpoint become
 * entries of those endpoints, with the same certificate.
 */
export function givenSettings(value: unknown): unknown {
  if (!isObject(value) || !isObject(value.domains) || !isObject(value.domains.customDomains)) return value
  const entries = Object.entries(value.domains.customDomains)
  if (!entries.some(([, entry]) => hasEndpoints(entry))) return value
  return { ...value, domains: { ...value.domains, customDomains: byEndpoint(entries) } }
}

interface WithEndpoints {
  endpoints: Record<string, unknown>
  domain?: unknown
}

const hasEndpoints = (entry: unknown): entry is WithEndpoints => isObject(entry) && isObject(entry.endpoints)

function byEndpoint(entries: readonly [string, unknown][]): Record<string, unknown> {
  const all: Record<string, unknown> = Object.create(null)
  for (const [key, entry] of entries) {
    if (!hasEndpoints(entry)) {
      all[key] = listed(all[key], entry)
      continue
    }
    const { endpoints, ...rest } = entry
    if (rest.domain !== undefined) all[key] = listed(all[key], rest)
    for (const [name, domain] of Object.entries(endpoints)) {
      const own = `${key}.${name}`
      all[own] = listed(all[own], { ...rest, domain })
    }
  }
  return { ...all }
}

/** An endpoint that is named in both forms has the hosts of both, each once. */
function listed(before: unknown, entry: unknown): unknown {
  if (before === undefined) return entry
  const entries = [entry].flat()
  const again = new Set(entries.map(domainOf))
  const kept = [before].flat().filter((one) => !again.has(domainOf(one)))
  return kept.length === 0 ? entry : [...kept, ...entries]
}

const domainOf = (entry: unknown): unknown => (isObject(entry) ? entry.domain : entry)
