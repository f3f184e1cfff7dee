/** A longer wish is cut to this: a slip of a proxy does not blind a workload for days. */
const LONGEST_MS = 3_600_000

/** The header `Retry-After` (RFC 9110 10.2.3, seconds or a date) in milliseconds from `now`; 0 without a usable one. */
export function retryAfterMs(header: string | null, now: number): number {
  const text = header?.trim() ?? ""
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), LONGEST_MS)
}
