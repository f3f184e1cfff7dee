import type { FailedAttempt } from "./failed-attempt.ts"
import type { Upstream } from "./upstream.ts"

/** No byte was sent: another upstream may be asked, whatever the method. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_CLOSED",
  "UND_ERR_DESTROYED",
])
/** The connection was closed while the request was on its way, or before the first byte of an answer. */
const CONNECTION_LOST = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"])
/** RFC 9110 section 9.2.2. */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"])

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
 * May the request be sent again? One that was never sent goes to every upstream. One whose connection was lost is
 * repeated once, if that is safe: a request that kills the app must not kill all of its processes.
 */
export function mayTryAgain(options: {
  failures: readonly FailedAttempt[]
  upstreams: readonly Upstream[]
  method: string
  body: boolean
}): boolean {
  const { failures, upstreams, method, body } = options
  const last = failures.at(-1)?.code ?? ""
  if (NEVER_SENT.has(last)) return failures.length < upstreams.length
  const lost = failures.filter(({ code }) => CONNECTION_LOST.has(code)).length
  return CONNECTION_LOST.has(last) && lost === 1 && !body && IDEMPOTENT.has(method)
}

export const wasRefused = (code: string): boolean => NEVER_SENT.has(code)
