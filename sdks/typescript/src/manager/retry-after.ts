/** Longest accepted `Retry-After`: a slip of a proxy must not stop a workload's requests for days. */
const MAX_MS = 3_600_000

/**
 * IMF-fixdate, and the two obsolete date forms that RFC 9110 5.6.7 requires a reader to accept. The last one has no
 * zone.
 */
const DATES = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/,
  /^[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d [\d:]{8} GMT$/,
]
const DATE_OF_C = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}$/

/** The header `Retry-After` (RFC 9110 10.2.3, seconds or a date) in milliseconds from `now`; 0 without a usable one. */
export function retryAfterMs(header: string | null, now: number): number {
  const text = header?.trim() ?? ""
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : dateOf(text) - now
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_MS)
}

/** `Date.parse` alone takes many a word with a number for a date. */
function dateOf(text: string): number {
  if (DATE_OF_C.test(text)) return Date.parse(`${text} GMT`)
  return DATES.some((date) => date.test(text)) ? Date.parse(text) : Number.NaN
}
