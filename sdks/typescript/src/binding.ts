import { problem } from "./error.ts"

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
}

/** @throws `binding_invalid` naming the variable */
export function parseBinding(text: string, variable: string): Binding {
  const { service, publicUrl, endpoints } = objectOf(parse(text, variable), variable, "the value")
  if (!isService(service)) throw invalid(variable, `service is not one of ${SERVICES.join(", ")}`)
  return {
    service,
    ...(publicUrl === undefined || publicUrl === null ? {} : { publicUrl: urlOf(publicUrl, variable, "publicUrl") }),
    endpoints: endpointsOf(endpoints ?? {}, variable, "endpoints"),
  }
}

/** @throws `binding_invalid` naming the variable */
export const parseEndpoints = (text: string, variable: string): Endpoints =>
  endpointsOf(parse(text, variable), variable, "the value")

const endpointsOf = (value: unknown, variable: string, where: string): Endpoints =>
  Object.fromEntries(
    Object.entries(objectOf(value, variable, where)).map(([name, endpoint]) => [
      name,
      endpointOf(endpoint, variable, `endpoint ${JSON.stringify(name)}`),
    ]),
  )

function endpointOf(value: unknown, variable: string, where: string): Endpoint {
  const { url, host, wildcardHost } = objectOf(value, variable, where)
  return {
    url: urlOf(url, variable, `url of ${where}`),
    host: textOf(host, variable, `host of ${where}`),
    ...(wildcardHost === undefined || wildcardHost === null
      ? {}
      : { wildcardHost: textOf(wildcardHost, variable, `wildcardHost of ${where}`) }),
  }
}

const isService = (value: unknown): value is Service => SERVICES.some((service) => service === value)

function parse(text: string, variable: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(variable, "the value is not JSON")
  }
}

function objectOf(value: unknown, variable: string, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw invalid(variable, `${where} is not a JSON object`)
}

function textOf(value: unknown, variable: string, where: string): string {
  if (typeof value === "string" && value !== "") return value
  throw invalid(variable, `${where} is not a text`)
}

function urlOf(value: unknown, variable: string, where: string): string {
  if (typeof value === "string" && URL.canParse(value)) return value
  throw invalid(variable, `${where} is not a URL`)
}

const invalid = (variable: string, what: string) =>
  problem("binding_invalid", { message: `${variable}: ${what}; the platform sets this variable, do not override it` })
