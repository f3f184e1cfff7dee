import { problem } from "./error.ts"
import { isAbsent, MalformedError, parseObject, parseText, parseUrl } from "./shape.ts"

/** One public endpoint of a workload. */
export interface Endpoint {
  /** URL that a caller should use now: `https://…`, or `tcp://host:port`. */
  url: string
  /** DNS name in `url`, without a port. */
  host: string
  /** Wildcard host, `*.…`, of an endpoint that was declared with wildcard subdomains. */
  wildcardHost?: string
}

export type Endpoints = Readonly<Record<string, Endpoint>>

export const SERVICES = ["worker", "function", "container", "daemon"] as const
export type Service = (typeof SERVICES)[number]

/**
 * Facts about a workload that the platform injects into itself or into one that links it; unknown members are ignored.
 */
export interface Binding {
  service: Service
  /** URL of the http endpoint that is named `api`, else of the first by name; absent when there is none. */
  publicUrl?: string
  /** Endpoints whose host is known, by declared name. */
  endpoints: Endpoints
  /** Declared names whose host is not known yet. */
  pending?: readonly string[]
}

/** Parses an injected variable. @throws `binding_invalid` naming the variable */
export const parseBinding = (text: string, variable: string): Binding =>
  parseOrRefuse(variable, () => {
    const { service, publicUrl, endpoints } = parseObject(parse(text), "the value")
    if (!isService(service)) throw new MalformedError(`service is not one of ${SERVICES.join(", ")}`)
    return {
      service,
      ...(isAbsent(publicUrl) ? {} : { publicUrl: parseUrl(publicUrl, "publicUrl") }),
      endpoints: readEndpoints(endpoints ?? {}, "endpoints"),
    }
  })

/** Parses an injected variable. @throws `binding_invalid` naming the variable */
export const parseEndpoints = (text: string, variable: string): Endpoints =>
  parseOrRefuse(variable, () => readEndpoints(parse(text), "the value"))

/** Reads endpoints by name. @throws MalformedError */
export const readEndpoints = (value: unknown, where: string): Endpoints =>
  Object.fromEntries(
    Object.entries(parseObject(value, where)).map(([name, endpoint]) => [
      name,
      readEndpoint(endpoint, `endpoint ${JSON.stringify(name)}`),
    ]),
  )

function readEndpoint(value: unknown, where: string): Endpoint {
  const { url, host, wildcardHost } = parseObject(value, where)
  return {
    url: parseUrl(url, `url of ${where}`),
    host: parseText(host, `host of ${where}`),
    ...(isAbsent(wildcardHost) ? {} : { wildcardHost: parseText(wildcardHost, `wildcardHost of ${where}`) }),
  }
}

export const isService = (value: unknown): value is Service => SERVICES.some((service) => service === value)

function parseOrRefuse<T>(variable: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
    throw problem("binding_invalid", {
      message: `${variable}: ${error.message}; the platform sets this variable, do not override it`,
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new MalformedError("the value is not JSON")
  }
}
