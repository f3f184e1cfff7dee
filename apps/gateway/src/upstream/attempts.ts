import type { FailedAttempt } from "./failed-attempt.ts"
import type { Upstream } from "./upstream.ts"

/** There was no connection, or none is to be had any more. */
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_CLOSED",
  "UND_ERR_DESTROYED",
])
/** The connection was closed while the request was on its way, or before the first byte of an answer. */
const CONNECTION_LOST = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"])
/** RFC 9110 section 9.2.1. PUT and DELETE may be repeated by who sent them, not by a gateway that cannot know. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"])

/** The next in turn that did not fail yet and did not refuse a moment ago, else any that did not fail, else the next. */
export function chooseUpstream(
  upstreams: readonly Upstream[],
  turn: number,
  failures: readonly FailedAttempt[],
): Upstream | undefined {
  const count = upstreams.length
  const next = upstreams[turn % count]
  if (count === 1) return next
  let second: Upstream | undefined
  for (let offset = 0; offset < count; offset++) {
    const upstream = upstreams[(turn + offset) % count]
    if (upstream === undefined || failures.some(({ port }) => port === upstream.port)) continue
    if (!upstream.avoided) return upstream
    second ??= upstream
  }
  return second ?? next
}

/**
 * May the request be sent again? One that nobody got goes to every upstream. One that an app may have got is repeated
 * once, if its method is safe, it has no body, and the connection was lost before a byte of an answer: a request that
 * kills the app must not kill all of its processes.
 */
export function mayTryAgain(options: {
  failures: readonly FailedAttempt[]
  upstreams: readonly Upstream[]
  method: string
  body: boolean
}): boolean {
  const { failures, upstreams, method, body } = options
  const last = failures.at(-1)
  if (last === undefined || last.stage === "answering") return false
  if (last.stage === "connecting") return failures.length < upstreams.length
  const sent = failures.filter(({ stage }) => stage === "sent").length
  return CONNECTION_LOST.has(last.code) && sent === 1 && !body && SAFE.has(method)
}

export const wasRefused = (code: string): boolean => NOT_CONNECTED.has(code)

/** How far a request came until it failed. @param sent writing to a connection had begun */
export function stageOf(
  code: string,
  { sent, answered }: { sent: boolean; answered: boolean },
): FailedAttempt["stage"] {
  if (answered) return "answering"
  return wasRefused(code) && !sent ? "connecting" : "sent"
}
