import { AlienError, problem } from "@alienplatform/core"
import { z } from "zod"

const Body = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean().default(false),
})

/** No connection was made, so the call cannot have taken effect. */
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOENT", "EACCES", "ENOTSOCK"])

/** The peer died or is not there. */
const GONE = new Set(["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE"])

const systemCodeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown"

/** Was a call over a Unix socket not answered because nobody listens? Then a new process may be started. */
export const nobodyListens = (error: unknown): boolean =>
  error instanceof Error && ["ECONNREFUSED", "ENOENT"].includes(systemCodeOf(error.cause))

/** Was a call over a Unix socket not answered because its peer is gone, perhaps in the middle of it? */
export const peerGone = (error: unknown): boolean => error instanceof Error && GONE.has(systemCodeOf(error.cause))

/** A call over a Unix socket got no answer. `peer`: "the supervisor". */
export function unanswered(peer: string, call: string, error: unknown): AlienError {
  const code = systemCodeOf(error)
  return problem("unavailable", {
    message: `${peer} did not answer ${call} (${code}); it is started again and the call repeated`,
    outcome: NEVER_SENT.has(code) ? "refused" : "unknown",
    cause: error,
  })
}

/** An answer other than 2xx. The peer names the code; one that it did not name is not ours to guess. */
export function refused(peer: string, call: string, status: number, body: unknown): AlienError {
  const known = Body.safeParse(body)
  if (!known.success || status >= 500)
    return problem("unavailable", {
      message: `${peer} answered ${call} with ${status}${known.success ? `: ${known.data.message}` : ""}; the call is repeated`,
      outcome: status >= 500 ? "unknown" : "refused",
    })
  return new AlienError(known.data.code, {
    message: known.data.message,
    retryable: known.data.retryable,
    outcome: "refused",
  })
}

/** 2xx, but not what the protocol says: another version answers. */
export const unexpected = (peer: string, call: string, error: z.ZodError): AlienError =>
  problem("protocol_mismatch", {
    message: `${peer} answered ${call} in another format (${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}); stop it and use one version only`,
    outcome: "unknown",
    cause: error,
  })

export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "not_found"

export const absentIfNotFound = (error: unknown): undefined => {
  if (isNotFound(error)) return undefined
  throw error
}
