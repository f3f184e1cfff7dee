import type { Clock } from "../declare/clock.ts"
import type { LimitDefinition } from "../declare/platform.ts"

export interface Reservation {
  /** Milliseconds until the call may start; without a place, until it is worth asking again. */
  wait: number
  /** A place was taken. */
  taken: boolean
}

export interface ReserveOptions {
  /** Only where a place is free at once, so that others come first. */
  yielding?: boolean
  /** The call is a read: only buckets that count reads matter. */
  read?: boolean
}

/** Hands out places in named buckets, to all who share an account. */
export interface Limiter {
  /** Takes a place in every bucket that counts such calls. */
  reserve(buckets: readonly string[], options: ReserveOptions): Promise<Reservation>
  /** Gives a place back that is not used. */
  giveBack(buckets: readonly string[]): Promise<void>
  /** The cloud throttled: nobody starts in these buckets for so long, in milliseconds; places given before do not count any more. */
  hold(buckets: readonly string[], duration: number): Promise<void>
  /** For how long the buckets are still held, in milliseconds. */
  heldFor(buckets: readonly string[]): Promise<number>
}

/** What is remembered of one bucket; times in ms by the clock of whoever shares it. */
export interface BucketState {
  /** When the place after the last one that was given would be free, were there no burst. */
  freeAt: number
  heldUntil: number
}

/** The definition of a bucket, by the part of its name before the first `/`. */
export const limitOf = (
  definitions: Readonly<Record<string, LimitDefinition>>,
  bucket: string,
): LimitDefinition | undefined => definitions[bucket.split("/", 1)[0] ?? bucket]

/** Milliseconds between two places. */
const spacing = ({ calls, per }: LimitDefinition): number => per / calls

const empty: BucketState = { freeAt: 0, heldUntil: 0 }

/** No throttle holds a bucket for longer, ms; more comes from a clock that was set back. */
const LONGEST_HOLD = 15 * 60_000

/** For how long a bucket is still held, ms. */
export const heldIn = (state: BucketState | undefined, now: number): number =>
  Math.min(Math.max((state ?? empty).heldUntil - now, 0), LONGEST_HOLD)

/** When a call may start in a bucket. */
export function startIn(state: BucketState | undefined, limit: LimitDefinition | undefined, now: number): number {
  const { freeAt } = state ?? empty
  const heldUntil = now + heldIn(state, now)
  if (!limit) return heldUntil
  // After a rest `burst` calls may start together. A clock that was set back must not hold anybody up.
  const furthest = now + 24 * 3_600_000
  return Math.max(heldUntil, Math.min(freeAt, furthest) - ((limit.burst ?? 1) - 1) * spacing(limit))
}

/** The bucket once a call that starts at `start` has its place. */
export const placed = (
  state: BucketState | undefined,
  limit: LimitDefinition | undefined,
  start: number,
): BucketState => {
  const { freeAt, heldUntil } = state ?? empty
  return { heldUntil, freeAt: limit ? Math.max(freeAt, start) + spacing(limit) : 0 }
}

export const givenBack = (state: BucketState | undefined, limit: LimitDefinition | undefined): BucketState => {
  const { freeAt, heldUntil } = state ?? empty
  return { heldUntil, freeAt: limit ? freeAt - spacing(limit) : freeAt }
}

/** A held bucket begins anew at its end: everybody who has a place asks again. */
export const held = (until: number): BucketState => ({ freeAt: until, heldUntil: until })

/** A limiter of one process, by the clock that nobody sets where there is one. Buckets that are not defined are free until held. */
export function createLimiter(
  definitions: Readonly<Record<string, LimitDefinition>>,
  clock: Pick<Clock, "now" | "monotonic">,
): Limiter {
  const time = () => clock.monotonic?.() ?? clock.now()
  const states = new Map<string, BucketState>()
  return {
    async reserve(all, { yielding = false, read = false }) {
      const now = time()
      const buckets = read ? all.filter((name) => limitOf(definitions, name)?.reads) : all
      const start = Math.max(now, ...buckets.map((name) => startIn(states.get(name), limitOf(definitions, name), now)))
      if (yielding && start > now) return { wait: start - now, taken: false }
      for (const name of buckets) states.set(name, placed(states.get(name), limitOf(definitions, name), start))
      return { wait: start - now, taken: true }
    },
    async giveBack(buckets) {
      for (const name of buckets) states.set(name, givenBack(states.get(name), limitOf(definitions, name)))
    },
    async hold(buckets, duration) {
      const until = time() + duration
      for (const name of buckets) if ((states.get(name)?.heldUntil ?? 0) < until) states.set(name, held(until))
    },
    async heldFor(buckets) {
      return Math.max(0, ...buckets.map((name) => heldIn(states.get(name), time())))
    },
  }
}
