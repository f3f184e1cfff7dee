import { problem } from "./error.ts"
import { isAbsent, Malformed, objectOf, textOf, urlOf } from "./shape.ts"

/** One public endpoint of a workload. */
export interface Endpoint {
  /** What a caller should use now: `https://…`, or `tcp://host:port`. */
  url: string
  /** DNS name in `url`, without a port. */
  host: string
  /** `*.…` when the endpoint was declared with wildcard subdomains. */
  wildcardHost?: string
}

export type Endpoints = Readonly<Record<string, Endpoint>>

export const SERVICES = ["worker", "function", "container", "daemon"] as const
export type Service = (typeof SERVICES)[number]

/** What the platform tells a workload about itself or one that it links; unknown members are ignored. */
export interface Binding {
  service: Service
  /** URL of the first http endpoint; absent when there is none. */
  publicUrl?: string
  /** By declared name. */
  endpoints: Endpoints
  /** Declared names whose host is not known yet. */
  pending?: readonly string[]
}

/** @throws `binding_invalid` naming the variable */
export const parseBinding = (text: string, variable: string): Binding =>
  understood(variable, () => {
    const { service, publicUrl, endpoints } = objectOf(parse(text), "the value")
    if (!isService(service)) throw new Malformed(`service is not one of ${SERVICES.join(", ")}`)
    return {
      service,
      ...(isAbsent(publicUrl) ? {} : { publicUrl: urlOf(publicUrl, "publicUrl") }),
      endpoints: endpointsOf(endpoints ?? {}, "endpoints"),
    }
  })

/** @throws `binding_invalid` naming the variable */
export const parseEndpoints = (text: string, variable: string): Endpoints =>
  understood(variable, () => endpointsOf(parse(text), "the value"))

/** @throws Malformed */
export const endpointsOf = (value: unknown, where: string): Endpoints =>
  Object.fromEntries(
    Object.entries(objectOf(value, where)).map(([name, endpoint]) => [
      name,
      endpointOf(endpoint, `endpoint ${JSON.stringify(name)}`),
    ]),
  )

function endpointOf(value: unknown, where: string): Endpoint {
  const { url, host, wildcardHost } = objectOf(value, where)
  return {
    url: urlOf(url, `url of ${where}`),
    host: textOf(host, `host of ${where}`),
    ...(isAbsent(wildcardHost) ? {} : { wildcardHost: textOf(wildcardHost, `wildcardHost of ${where}`) }),
  }
}

export const isService = (value: unknown): value is Service => SERVICES.some((service) => service === value)

function understood<T>(variable: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw problem("binding_invalid", {
      message: `${variable}: ${error.message}; the platform sets this variable, do not override it`,
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Malformed("the value is not JSON")
  }
}
