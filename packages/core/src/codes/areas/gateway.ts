import type { CodeFacts } from "../facts.ts"

/** Answers of the local gateway in place of an app's. */
export const gatewayCodes = {
  client_too_slow: {
    means:
      "A client sent its headers or its body to the local gateway too slowly: headers within 30 seconds, a body with at least 1 KiB a minute until the app answers.",
    fix: "The client sends faster.",
    retryable: true,
    gateway: [408],
  },
  concurrency_limit: {
    means: "The workload already serves as many requests as its `concurrencyLimit` allows (with `Retry-After`).",
    fix: "The client tries again, or the vendor raises the limit.",
    acts: "vendor",
    retryable: true,
    gateway: [503],
  },
  connect_not_supported: {
    means: "`CONNECT`, and with it WebSocket over HTTP/2, is not supported by the local gateway.",
    fix: "Use HTTP/1.1 for such a connection; browsers do so by themselves.",
    gateway: [501],
  },
  expectation_not_supported: {
    means: "The request carries an `Expect` other than `100-continue`.",
    fix: "The client leaves the header out.",
    gateway: [417],
  },
  headers_too_large: {
    means:
      "The headers of a request are more than is taken: 32 KiB with its path and query, 256 of them, at the local gateway; a Worker that is reached by another front takes 40 KiB, 512 of them.",
    fix: "The client sends fewer, often fewer cookies.",
    gateway: [431],
  },
  http_version_not_supported: {
    means:
      "A request to the local gateway names a version of HTTP other than 1.0 and 1.1 in its first line. HTTP/2 is agreed on in the TLS handshake, not named there.",
    fix: "The client uses one of these.",
    gateway: [505],
  },
  https_required: {
    means:
      "A client spoke plain HTTP to the port of the local gateway, which speaks HTTPS. It is sent to the same host and port with `https:` (308), where that is a name under `localhost` or one that is served, else told (400).",
    fix: "Use the https URL.",
    gateway: [308, 400],
  },
  method_not_supported: {
    means: "The local gateway does not know the method of a request. Methods are case-sensitive, so `get` is none.",
    fix: "The client corrects it.",
    gateway: [501],
  },
  misdirected_request: {
    means: "A request reached the local gateway on a connection whose certificate does not cover its host.",
    fix: "The client opens a connection for that host.",
    gateway: [421],
  },
  no_upstream: {
    means: "No process of the workload runs behind the endpoint.",
    fix: "Look at `alien info <deployment>`; it comes back by itself while a new version starts.",
    acts: "vendor",
    retryable: true,
    gateway: [503],
  },
  route_unknown: {
    means:
      "The local gateway has no route for the host of the request (404), or the control socket has no such call. For a name under `localhost` the answer lists what is served, and says so when a deployment has the name whose first deploy has not finished or failed. Other names without a certificate get no page: their TLS handshake fails with `unrecognized_name`, as does that of whoever asks for many unknown names at once.",
    fix: "Run `alien list` and `alien info <deployment>` to see the URLs; `alien status <deployment>` tells why a deploy failed.",
    gateway: [404],
  },
  transfer_coding_not_supported: {
    means:
      "The body of a request to the local gateway has a transfer coding other than `chunked`: it would be lost on the way to the app. An app whose answer has one gets a 502 [upstream_unreachable](#upstream_unreachable) for its client.",
    fix: "The client compresses the content instead and says so with `Content-Encoding`.",
    gateway: [501],
  },
  upstream_timeout: {
    means: "The workload sent no response headers within its `timeoutSeconds`.",
    fix: "The vendor makes the handler faster or raises the timeout.",
    acts: "vendor",
    retryable: true,
    gateway: [504],
  },
  upstream_unreachable: {
    means:
      "No process of the workload accepted the local gateway's connection, one closed it before it answered or within its answer, or its answer is none that HTTP can pass on; the page says which were asked. A request that a process may have got was not sent again, unless the connection was lost before a byte was answered and the method changes nothing (`GET`, `HEAD`, `OPTIONS`, `TRACE`).",
    fix: "Look at `alien info <deployment>` and at `alien logs <deployment> <resource>`.",
    acts: "vendor",
    retryable: true,
    gateway: [502],
  },
} as const satisfies Record<string, CodeFacts>
