import { type Clock, systemClock } from "./clock.ts"
import { type Info, parseInfo } from "./info.ts"
import { retryAfterMs } from "./retry-after.ts"
import type { ManagerSettings } from "./settings.ts"

/** Result of one request to the manager. */
export type Answer =
  | { type: "told"; info: Info }
  /** The request failed; ask again after at least `retryAfterMs`. */
  | { type: "failed"; retryAfterMs: number }
  /** 401, 403 or 404: asking again will not help. */
  | { type: "refused"; status: number }

export interface AskOptions {
  /** Clock for the request's deadline. */
  clock?: Clock
  fetch?: typeof globalThis.fetch
  /** Wall-clock time in ms since the epoch, for a `Retry-After` that is a date. */
  now?: () => number
}

/** Deadline of the whole exchange. */
const DEADLINE_MS = 5_000
/** Largest accepted answer: some thousand endpoints. */
const MAX_BODY_BYTES = 4 * 1024 * 1024
const REFUSED = [401, 403, 404]
const FAILED: Answer = { type: "failed", retryAfterMs: 0 }

/**
 * Makes one request `GET …/info`. It follows no redirect, because the token is meant for the manager alone, and never
 * throws: every failure is `failed`, so that neither the token nor the answer gets into a message.
 */
export async function askManager({ infoUrl, token }: ManagerSettings, options: AskOptions = {}): Promise<Answer> {
  const { clock = systemClock, now = Date.now } = options
  const send = options.fetch ?? globalThis.fetch
  const deadline = new AbortController()
  const cancel = clock.after(DEADLINE_MS, () => deadline.abort(), true)
  try {
    const response = await send(infoUrl, {
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      redirect: "manual",
      cache: "no-store",
      signal: deadline.signal,
    })
    if (response.status === 200) return { type: "told", info: parseInfo(JSON.parse(await readText(response))) }
    await response.body?.cancel()
    if (REFUSED.includes(response.status)) return { type: "refused", status: response.status }
    return { type: "failed", retryAfterMs: retryAfterMs(response.headers.get("retry-after"), now()) }
  } catch {
    return FAILED
  } finally {
    cancel()
  }
}

/** Reads a body as text; rejects as soon as it is larger than allowed, without reading on. */
async function readText({ body }: Response): Promise<string> {
  const reader = body?.getReader()
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
  let text = ""
  for (let size = 0; reader; ) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > MAX_BODY_BYTES) {
      await reader.cancel()
      throw new RangeError("the answer is too large")
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
