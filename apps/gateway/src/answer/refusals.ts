import type { FailedAttempt } from "../upstream/failed-attempt.ts"
import type { Access } from "./access-log/entry.ts"
import { attemptsSaid, attemptWords } from "./attempt-words.ts"
import type { EndpointFacts, ServedEndpoint } from "./endpoint-facts.ts"

/** An answer of the gateway itself. */
export interface Refusal {
  status: number
  code: string
  /** What happened, to which thing; stands alone. */
  message: string
  /** Message for a page, which shows `facts` below it and need not repeat them. Default: `message`. */
  summary?: string
  /** One short sentence: what to do next. */
  hint: string
  /** Commands that tell or do more. */
  run?: readonly string[]
  /** What is known, for people and programs. */
  facts?: Readonly<Record<string, string | number>>
  /** What could have been asked for instead. */
  served?: readonly ServedEndpoint[]
  /** Seconds, for `Retry-After`. */
  retryAfter?: number
  /** The endpoint that was asked for; absent where the host has none. */
  endpoint?: EndpointFacts
}

const described = ({ endpoint, resource, deployment }: EndpointFacts): string =>
  `endpoint ${endpoint} of ${resource} in deployment ${deployment}`

const asked = (endpoint: EndpointFacts) => ({
  endpoint,
  run: [`alien info ${endpoint.deployment}`, `alien logs ${endpoint.deployment} ${endpoint.resource}`],
})
const shown = ({ host, deployment, resource, endpoint }: EndpointFacts): Record<string, string> => ({
  host,
  deployment,
  resource,
  endpoint,
})

export const refusals = {
  /**
   * @param around what else is on this machine, for who may know
   */
  routeUnknown: (
    host: string,
    around?: { deployment: string | undefined; served: readonly ServedEndpoint[] },
  ): Refusal => {
    const { deployment, served } = around ?? {}
    const exists = served?.some((endpoint) => endpoint.deployment === deployment) ?? false
    return {
      status: 404,
      code: "route_unknown",
      message: exists
        ? `deployment ${deployment} serves nothing at ${host}`
        : `no endpoint of this machine is served at ${host}`,
      summary: exists ? `Deployment ${deployment} serves nothing at this name` : "Nothing is served at this name",
      hint:
        served?.length === 0
          ? "Nothing else is served here either: deploy something, or look at what was deployed"
          : "Compare the name with those that are served",
      run: exists ? [`alien info ${deployment}`] : ["alien list", "alien info NAME"],
      facts: { host },
      ...(served && { served }),
    }
  },
  notServedYet: (
    host: string,
    { deployment, served }: { deployment: string; served: readonly ServedEndpoint[] },
  ): Refusal => ({
    status: 404,
    code: "route_unknown",
    message: `deployment ${deployment} exists and serves nothing at ${host} yet: its first deploy has not finished, or it failed`,
    summary:
      "The deployment exists and serves nothing at this name yet: its first deploy has not finished, or it failed",
    hint: "Look at its state, which says why",
    run: [`alien status ${deployment}`],
    facts: { host, deployment },
    served,
  }),
  misdirected: (authority: string, servername: string): Refusal => ({
    status: 421,
    code: "misdirected_request",
    message: `this connection was opened for ${servername || "no host"}, whose certificate does not cover ${authority}`,
    hint: "Open a connection for that host",
  }),
  invalid: (what: string): Refusal => ({
    status: 400,
    code: "request_invalid",
    message: `the request cannot be forwarded: ${what}`,
    hint: "Correct the request",
  }),
  versionNotSupported: (version: string): Refusal => ({
    status: 505,
    code: "http_version_not_supported",
    message: `the request is of HTTP/${version}; the gateway speaks HTTP/1.0, HTTP/1.1 and HTTP/2`,
    hint: "Use one of these; a client agrees on HTTP/2 in the TLS handshake",
  }),
  methodNotSupported: (method: string): Refusal => ({
    status: 501,
    code: "method_not_supported",
    message: `the method ${JSON.stringify(method.slice(0, 40))} is not known here`,
    hint: "Methods are case-sensitive: write GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS",
  }),
  codingNotSupported: (coding: string): Refusal => ({
    status: 501,
    code: "transfer_coding_not_supported",
    message: `the body has the transfer coding ${JSON.stringify(coding.slice(0, 100))}; the gateway knows chunked alone`,
    hint: "Compress the content and say so with Content-Encoding",
  }),
  unreachable: (
    endpoint: EndpointFacts,
    { failures, waitedMs }: { failures: readonly FailedAttempt[]; waitedMs: number },
  ): Refusal => ({
    ...asked(endpoint),
    status: 502,
    code: "upstream_unreachable",
    ...attemptsSaid(described(endpoint), failures),
    facts: { ...shown(endpoint), tried: attemptWords(failures), waited: seconds(waitedMs) },
  }),
  none: (endpoint: EndpointFacts): Refusal => ({
    ...asked(endpoint),
    status: 503,
    code: "no_upstream",
    message: `${described(endpoint)} has no running process`,
    summary: "The app has no running process",
    hint: "It comes back by itself while a new version starts; else look at its state and its log",
    facts: shown(endpoint),
    retryAfter: 1,
  }),
  timeout: (endpoint: EndpointFacts, { port, waitedMs }: { port: number | undefined; waitedMs: number }): Refusal => ({
    ...asked(endpoint),
    status: 504,
    code: "upstream_timeout",
    message: `${described(endpoint)} sent no response headers within ${seconds(waitedMs)}`,
    summary: "The app sent no response headers in time",
    hint: "Make the handler faster, or raise timeoutSeconds in the stack",
    facts: {
      ...shown(endpoint),
      ...(port === undefined ? {} : { tried: `port ${port}` }),
      waited: seconds(waitedMs),
    },
  }),
  concurrency: (endpoint: EndpointFacts, limit: number): Refusal => ({
    ...asked(endpoint),
    status: 503,
    code: "concurrency_limit",
    message: `${described(endpoint)} already serves ${limit} requests, its limit`,
    summary: "The app already serves as many requests as it may",
    hint: "Try again in a second, or raise concurrencyLimit in the stack",
    facts: { ...shown(endpoint), limit },
    retryAfter: 1,
  }),
  bodyTooSlow: (endpoint: EndpointFacts, limits: { minBodyBytes: number; bodyWindowMs: number }): Refusal => ({
    endpoint,
    status: 408,
    code: "client_too_slow",
    message: `fewer than ${limits.minBodyBytes} bytes of the request's body came within ${seconds(limits.bodyWindowMs)}`,
    hint: "Send the body faster, or have the app answer its headers before it reads on",
    facts: shown(endpoint),
  }),
  tooManyHeaders: (count: number, limit: number): Refusal => ({
    status: 431,
    code: "headers_too_large",
    message: `the request has ${count} headers, the gateway takes ${limit}`,
    hint: "Send fewer headers",
  }),
  expectation: (value: string): Refusal => ({
    status: 417,
    code: "expectation_not_supported",
    message: `the request expects ${JSON.stringify(value.slice(0, 100))}; the gateway knows 100-continue alone`,
    hint: "Send the request without Expect",
  }),
  plainHttp: (): Refusal => ({
    status: 400,
    code: "https_required",
    message: "this port speaks HTTPS, the request came as plain HTTP",
    hint: "Use the https URL of the endpoint",
  }),
  toHttps: (location: string): Refusal => ({
    status: 308,
    code: "https_required",
    message: "this port speaks HTTPS, the request came as plain HTTP",
    hint: `Use ${location}`,
  }),
  malformed: (status: 400 | 413, what: string): Refusal => ({
    status,
    code: "request_invalid",
    message: `the request is not understood: ${what}`,
    hint: "Correct the request",
  }),
  headersTooLarge: (limit: number): Refusal => ({
    status: 431,
    code: "headers_too_large",
    message: `the headers of the request have more than ${limit} bytes`,
    hint: "Send fewer or shorter headers",
  }),
  headersTooSlow: (ms: number): Refusal => ({
    status: 408,
    code: "client_too_slow",
    message: `the headers of the request did not come within ${seconds(ms)}`,
    hint: "Send the request at once",
  }),
  connectUnsupported: (): Refusal => ({
    status: 501,
    code: "connect_not_supported",
    message: "CONNECT and WebSocket over HTTP/2 are not supported",
    hint: "Send requests to the endpoint itself; open a WebSocket over HTTP/1.1",
  }),
}

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`)

/** A line of the endpoint's access log for an answer that was given without asking an upstream. */
export function logRefusal(
  { endpoint, status }: Refusal,
  access: Pick<Access, "protocol" | "responseBytes" | "probe"> & {
    method?: string | undefined
    target?: string | undefined
  },
): void {
  endpoint?.log?.write({
    ...access,
    endpoint: endpoint.endpoint,
    method: access.method ?? "",
    target: access.target ?? "",
    status,
    durationMs: 0,
    requestBytes: 0,
  })
}
