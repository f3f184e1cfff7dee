import type { Binding, Endpoints, Service } from "./binding.ts"
import { problem } from "./error.ts"
import type { BindingSource } from "./source.ts"

/** A workload of the stack: this one, or one that it links. */
export interface Resource {
  readonly id: string
  /**
   * The URL that a caller should use now.
   * @param endpoint a declared name; without it, the http endpoint `api`, else the first one by name
   * @returns undefined when the resource has no external URL
   * @throws `endpoint_unknown` for a name that is not declared, `endpoint_pending` for one whose host is not known yet
   */
  getUrl(): Promise<string | undefined>
  getUrl(endpoint: string): Promise<string>
  /** The same as `getUrl()`, with null in place of undefined. */
  getPublicUrl(): Promise<string | null>
  /** Endpoints whose host is known, by declared name; empty for a private resource. */
  getEndpoints(): Promise<Endpoints>
}

/** A resource on its way, which may be asked before it is awaited: `container("web").getPublicUrl()`. */
export type Loading = Promise<Resource> & Pick<Resource, "getPublicUrl">

/** Makes a load one that may be asked at once. Whoever asks is told why it failed, so nobody has to await it too. */
export function askable(loading: Promise<Resource>): Loading {
  loading.catch(() => {})
  return Object.assign(loading, { getPublicUrl: async () => (await loading).getPublicUrl() })
}

/** The call of this package that loads each service. */
const LOADER: Record<Service, string> = { worker: "worker", function: "func", container: "container", daemon: "daemon" }

/**
 * @throws `resource_unknown` when neither the platform nor the manager told of the id, `resource_wrong_type` when it is another service,
 * `binding_invalid` when what was injected cannot be understood
 */
export async function loadResource(source: BindingSource, id: string, services: readonly Service[]): Promise<Resource> {
  const binding = async (): Promise<Binding> => {
    const found = await source.find(id)
    if (!found) throw unknown(id, await source.known())
    if (!services.includes(found.service)) throw wrongType(id, found.service)
    return found
  }
  function getUrl(): Promise<string | undefined>
  function getUrl(endpoint: string): Promise<string>
  async function getUrl(endpoint?: string): Promise<string | undefined> {
    const { publicUrl, endpoints, pending = [] } = await binding()
    if (endpoint === undefined) return publicUrl
    const found = Object.hasOwn(endpoints, endpoint) ? endpoints[endpoint] : undefined
    if (found) return found.url
    if (pending.includes(endpoint)) throw endpointPending(id, endpoint)
    throw endpointUnknown(id, endpoint, [...Object.keys(endpoints), ...pending])
  }
  await binding()
  return {
    ...{ id, getUrl },
    getPublicUrl: async () => (await getUrl()) ?? null,
    getEndpoints: async () => (await binding()).endpoints,
  }
}

const unknown = (id: string, known: readonly string[]) =>
  problem("resource_unknown", {
    message: `no resource ${JSON.stringify(id)} is known here; known: ${listOf(known)}. Link it in the stack with .link(${JSON.stringify(id)}), or correct the id`,
  })

const wrongType = (id: string, service: Service) =>
  problem("resource_wrong_type", {
    message: `resource ${JSON.stringify(id)} is a ${service}; load it with ${LOADER[service]}(${JSON.stringify(id)})`,
  })

const endpointUnknown = (id: string, endpoint: string, declared: readonly string[]) =>
  problem("endpoint_unknown", {
    message: `resource ${JSON.stringify(id)} has no public endpoint ${JSON.stringify(endpoint)}; declared: ${listOf(declared)}`,
  })

const endpointPending = (id: string, endpoint: string) =>
  problem("endpoint_pending", {
    message: `the public endpoint ${JSON.stringify(endpoint)} of ${JSON.stringify(id)} has no host yet; ask again while the deployment goes on`,
  })

const listOf = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "))
