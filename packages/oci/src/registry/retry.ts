import type { OciError } from "../oci-error.ts"
import type { Clock } from "./clock.ts"

/** A failure that may pass: the network's, or an answer that asks for patience. */
export class TransientFailure extends Error {
  /** What is thrown when it does not pass. */
  readonly lasting: OciError
  /** What the registry asked for, in ms. */
  readonly afterMs: number | undefined

  constructor(lasting: OciError, afterMs?: number) {
    super(lasting.message, { cause: lasting })
    this.lasting = lasting
    this.afterMs = afterMs
  }
}

export const MAX_ATTEMPTS = 5
const FIRST_WAIT_MS = 300
/** A registry that asks for more than this is told to the user instead. */
const MAX_WAIT_MS = 60_000

export interface RetryOptions {
  clock: Clock
  signal?: AbortSignal | undefined
}

/** Waits before attempt `attempt + 1`; throws what lasts when there is none. @param attempt how many failed, from 1 */
export async function waitAfter(
  failure: TransientFailure,
  attempt: number,
  { clock, signal }: RetryOptions,
): Promise<void> {
  const waitMs = Math.max(failure.afterMs ?? 0, FIRST_WAIT_MS * 3 ** (attempt - 1))
  if (attempt >= MAX_ATTEMPTS || waitMs > MAX_WAIT_MS) throw failure.lasting
  await clock.sleep(waitMs, signal)
}

/** Tries again while `work` throws a transient failure. Throws what lasts. */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error
      await waitAfter(error, attempt, options)
    }
  }
}

/**
 * Time of a `Retry-After` header in ms from now: seconds or a date.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
