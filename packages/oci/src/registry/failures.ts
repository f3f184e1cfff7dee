import { z } from "zod"
import { type OciError, problem } from "../oci-error.ts"
import { type HttpAnswer, readLimited } from "./http.ts"
import { retryAfterMs, TransientFailure } from "./retry.ts"

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes */
const Errors = z.object({
  errors: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })).min(1),
})

const MAX_ERROR_BYTES = 64 * 1024
const MAX_TEXT = 200

/** Statuses that pass by themselves. */
export const isTransientStatus = (status: number): boolean => [408, 429, 500, 502, 503, 504].includes(status)

/** What a registry says about its refusal, cut; an empty string where it says nothing. */
async function textOf(answer: HttpAnswer): Promise<string> {
  const bytes = await readLimited(answer, MAX_ERROR_BYTES).catch(() => undefined)
  try {
    const [first] = Errors.parse(JSON.parse(bytes?.toString() ?? "")).errors
    return `: ${[first?.code, first?.message].filter(Boolean).join(" ")}`.slice(0, MAX_TEXT)
  } catch {
    return ""
  }
}

/**
 * The error of an answer that is no success. Reads its body.
 * @param doing what was asked for: `pull acme/api`
 */
export async function failureOf(answer: HttpAnswer, doing: string, now: number): Promise<OciError | TransientFailure> {
  const { status, url } = answer
  const text = await textOf(answer)
  if (status === 401 || status === 403) return denied(url.host, doing, `${status}${text}`)
  const failed = problem("registry_failed", {
    message: `${url.host} answers ${status} to ${doing}${text}`,
    retryable: isTransientStatus(status),
    context: { status },
  })
  return isTransientStatus(status)
    ? new TransientFailure(failed, retryAfterMs(answer.header("retry-after"), now))
    : failed
}

export const denied = (host: string, doing: string, why: string): OciError =>
  problem("registry_denied", {
    message: `${host} does not allow to ${doing} (${why}): it is not there, or the credentials are missing or not enough`,
    hint: `\`docker login ${host}\` keeps credentials for it; DOCKER_CONFIG names another folder with a config.json`,
  })
