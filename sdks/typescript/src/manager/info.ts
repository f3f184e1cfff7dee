import { type Endpoints, isService, readEndpoints, type Service } from "../binding.ts"
import { resourceKey } from "../names.ts"
import { isAbsent, parseObject, parseText, parseUrl } from "../shape.ts"

/** A resource in the manager's answer. */
export interface ManagerResource {
  id: string
  service: Service
  /** URL of the http endpoint `api`, else of the first by name; absent until known. */
  publicUrl?: string
  /** Names of all declared endpoints, also those whose host is not known yet. */
  declared: readonly string[]
  /** Endpoints whose host is known, by name. */
  endpoints: Endpoints
}

/** Resources of the deployment, by `resourceKey(id)`. */
export type Info = ReadonlyMap<string, ManagerResource>

/**
 * Reads the body of `GET /v1/deployments/{id}/info`. Unknown members and types of resources are ignored.
 * @throws MalformedError when any part that it needs is not as expected: half an answer is none
 */
export function parseInfo(body: unknown): Info {
  const { resources } = parseObject(body, "the answer")
  const told = Object.entries(parseObject(resources, "resources")).flatMap(
    ([id, entry]) => readResource(id, entry) ?? [],
  )
  return new Map(told.map((resource) => [resourceKey(resource.id), resource]))
}

function readResource(id: string, entry: unknown): ManagerResource | undefined {
  const { resourceType, publicUrl, publicEndpoints, endpoints } = parseObject(entry, `resource ${JSON.stringify(id)}`)
  const service = parseText(resourceType, "resourceType")
  if (!isService(service)) return undefined
  const known = readEndpoints(publicEndpoints ?? {}, "publicEndpoints")
  return {
    id,
    service,
    ...(isAbsent(publicUrl) ? {} : { publicUrl: parseUrl(publicUrl, "publicUrl") }),
    declared: [...new Set([...Object.keys(parseObject(endpoints ?? {}, "endpoints")), ...Object.keys(known)])],
    endpoints: known,
  }
}
