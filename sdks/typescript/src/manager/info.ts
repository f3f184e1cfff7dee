import { type Endpoints, endpointsOf, isService, type Service } from "../binding.ts"
import { keyOf } from "../names.ts"
import { isAbsent, objectOf, textOf, urlOf } from "../shape.ts"

/** One resource, as the manager knows it. */
export interface ToldResource {
  id: string
  service: Service
  /** URL of the first http endpoint, once it is known. */
  publicUrl?: string
  /** Names of all endpoints, those whose host is not known yet too. */
  declared: readonly string[]
  /** Those whose host is known. */
  endpoints: Endpoints
}

/** By `keyOf(id)`. */
export type Info = ReadonlyMap<string, ToldResource>

/**
 * Reads the body of `GET /v1/deployments/{id}/info`. What it does not know, members and types of resources, is left out.
 * @throws Malformed when any part that it needs is not as it should be: half an answer is none
 */
export function parseInfo(body: unknown): Info {
  const { resources } = objectOf(body, "the answer")
  const told = Object.entries(objectOf(resources, "resources")).flatMap(([id, entry]) => resourceOf(id, entry) ?? [])
  return new Map(told.map((resource) => [keyOf(resource.id), resource]))
}

function resourceOf(id: string, entry: unknown): ToldResource | undefined {
  const { resourceType, publicUrl, publicEndpoints, endpoints } = objectOf(entry, `resource ${JSON.stringify(id)}`)
  const service = textOf(resourceType, "resourceType")
  if (!isService(service)) return undefined
  const known = endpointsOf(publicEndpoints ?? {}, "publicEndpoints")
  return {
    id,
    service,
    ...(isAbsent(publicUrl) ? {} : { publicUrl: urlOf(publicUrl, "publicUrl") }),
    declared: [...new Set([...Object.keys(objectOf(endpoints ?? {}, "endpoints")), ...Object.keys(known)])],
    endpoints: known,
  }
}
