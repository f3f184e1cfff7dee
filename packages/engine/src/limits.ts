import type { LimitDefinition } from "./platform.ts"

/** Hands out places in named buckets; shared by the runs of one process. */
export interface Limiter {
  /** When the call may start; its place is taken. */
  reserve(buckets: readonly string[], now: number): number
  /** The cloud throttled: nobody starts in these buckets before `until`, places given before included. */
  hold(buckets: readonly string[], until: number): void
  /** When the last hold ends. */
  heldUntil(buckets: readonly string[]): number
}

/** A bucket gives one place every `per / calls` ms; buckets that are not defined are free until held. */
export function createLimiter(definitions: Readonly<Record<string, LimitDefinition>> = {}): Limiter {
  const next = new Map<string, number>()
  const held = new Map<string, number>()
  return {
    reserve(buckets, now) {
      const start = Math.max(now, ...buckets.map((bucket) => next.get(bucket) ?? now))
      for (const bucket of buckets) {
        const limit = definitions[bucket]
        next.set(bucket, limit ? start + limit.per / limit.calls : Math.max(start, next.get(bucket) ?? 0))
      }
      return start
    },
    hold(buckets, until) {
      for (const bucket of buckets) {
        next.set(bucket, Math.max(until, next.get(bucket) ?? 0))
        held.set(bucket, Math.max(until, held.get(bucket) ?? 0))
      }
    },
    heldUntil(buckets) {
      return Math.max(0, ...buckets.map((bucket) => held.get(bucket) ?? 0))
    },
  }
}
