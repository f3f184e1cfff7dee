import { STATUS_CODES } from "node:http"
import type { Destination } from "./destination.ts"
import { GATEWAY_HEADER } from "./response-headers.ts"

/** An answer of the gateway itself. */
export interface Refusal {
  status: number
  code: string
  message: string
  /** One short sentence: what to do next. */
  hint: string
  /** Seconds, for `Retry-After`. */
  retryAfter?: number
}

const known = ({ route }: Destination): string =>
  `endpoint ${route.endpoint} of ${route.resource} in deployment ${route.deployment}`
const look = ({ route }: Destination): string => `Run: alien info ${route.deployment}`

export const refusals = {
  routeUnknown: (authority: string): Refusal => ({
    status: 404,
    code: "route_unknown",
    message: `no endpoint of this machine is served at ${authority || "a request without a host"}`,
    hint: "Run: alien info, to see the URLs of a deployment",
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
  unreachable: (destination: Destination, cause: string): Refusal => ({
    status: 502,
    code: "upstream_unreachable",
    message: `${known(destination)} did not answer on port ${ports(destination)} (${cause})`,
    hint: look(destination),
  }),
  none: (destination: Destination): Refusal => ({
    status: 503,
    code: "no_upstream",
    message: `${known(destination)} has no running process`,
    hint: look(destination),
    retryAfter: 1,
  }),
  timeout: (destination: Destination): Refusal => ({
    status: 504,
    code: "upstream_timeout",
    message: `${known(destination)} sent no response headers within ${destination.timeout / 1000} s`,
    hint: look(destination),
  }),
  concurrency: (destination: Destination): Refusal => ({
    status: 503,
    code: "concurrency_limit",
    message: `${known(destination)} already serves ${destination.concurrencyLimit} requests, its limit`,
    hint: "Try again in a second, or raise concurrencyLimit in the stack",
    retryAfter: 1,
  }),
  connectUnsupported: (): Refusal => ({
    status: 501,
    code: "connect_not_supported",
    message: "CONNECT and WebSocket over HTTP/2 are not supported",
    hint: "Use HTTP/1.1 for this connection",
  }),
}

const ports = ({ route }: Destination): string => route.upstreams.map(({ port }) => port).join(", ")

export interface Page {
  status: number
  headers: string[]
  body: Buffer
}

/** @param accept the request's `Accept` */
export function pageOf(refusal: Refusal, accept: string | undefined): Page {
  const { status, code, message, hint } = refusal
  const html = accept?.includes("text/html") ?? false
  const body = Buffer.from(html ? htmlOf(refusal) : `${JSON.stringify({ code, message, hint })}\n`)
  const headers = [
    "content-type",
    html ? "text/html; charset=utf-8" : "application/json",
    "content-length",
    String(body.length),
    "cache-control",
    "no-store",
    GATEWAY_HEADER,
    code,
  ]
  if (refusal.retryAfter !== undefined) headers.push("retry-after", String(refusal.retryAfter))
  return { status, headers, body }
}

const htmlOf = ({ status, code, message, hint }: Refusal): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${status} ${STATUS_CODES[status]}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}code{font-size:.9em}</style>
<h1>${status} ${STATUS_CODES[status]}</h1>
<p>${escapeHtml(message)}</p>
<p><code>${escapeHtml(hint)}</code></p>
<p><small>${code}</small></p>
</html>
`

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
