import type { Clock } from "../declare/clock.ts"
import type { LimitDefinition } from "../declare/platform.ts"
import {
  type Bucket,
  type BucketState,
  bucketAt,
  commonStartAt,
  holdBucket,
  isPlaceLost,
  returnPlace,
  takePlace,
} from "./bucket.ts"

export interface Reservation {
  /** Milliseconds until the call may start; without a place, until it is worth asking again. */
  waitMs: number
  /** A place was taken. */
  taken: boolean
}

export interface ReserveOptions {
  /** Only where a place is free at once, so that others come first. */
  yielding?: boolean
  /** The call is a read: only buckets that count reads matter. */
  read?: boolean
}

/** A place as its holder knows it, in milliseconds from now, so that no two clocks are compared. */
export interface Place {
  /** Until it comes; below 0 once it has. */
  waitMs: number
  /** Since it was given. */
  ageMs: number
}

/** Hands out places in named buckets, to all who share an account. */
export interface Limiter {
  /** Takes the first place that is free in every bucket that counts such calls. */
  reserve(buckets: readonly string[], options: ReserveOptions): Promise<Reservation>
  /** Gives a place back that is not used. */
  giveBack(buckets: readonly string[], place: Place): Promise<void>
  /** The cloud throttled: nobody starts in these buckets for so long, in milliseconds; places given before do not count any more. */
  hold(buckets: readonly string[], durationMs: number): Promise<void>
  /** Was a place taken away by a hold? */
  isLost(buckets: readonly string[], place: Place): Promise<boolean>
}

/** Buckets as they were written last, by name, and the time by the clock that all who share them go by, ms. */
export interface FoundBuckets {
  now: number
  states: ReadonlyMap<string, BucketState>
}

/** Where buckets are kept. */
export interface Buckets {
  read(names: readonly string[]): Promise<FoundBuckets>
  /** Writes what `change` makes of them; nobody else changes them meanwhile. `names` are in order, each once. */
  update<T>(names: readonly string[], change: (found: FoundBuckets) => ChangedBuckets<T>): Promise<T>
}

export interface ChangedBuckets<T> {
  /** Those to write. */
  states: ReadonlyMap<string, BucketState>
  answer: T
}

/** The definition of a bucket, by the part of its name before the first `/`. */
export const limitOf = (
  definitions: Readonly<Record<string, LimitDefinition>>,
  bucket: string,
): LimitDefinition | undefined => definitions[bucket.split("/", 1)[0] ?? bucket]

/** A limiter for all who share the buckets. One that is not defined is free until held. */
export function createLimiterOver(definitions: Readonly<Record<string, LimitDefinition>>, buckets: Buckets): Limiter {
  const bucketOf = ({ now, states }: FoundBuckets, name: string): Bucket =>
    bucketAt(states.get(name), limitOf(definitions, name), now)
  const changed = (found: FoundBuckets, names: readonly string[], change: (bucket: Bucket) => BucketState) =>
    new Map(
      names.flatMap((name): [string, BucketState][] => {
        const bucket = bucketOf(found, name)
        const state = change(bucket)
        return state === bucket.state ? [] : [[name, state]]
      }),
    )
  const changeEach = async (all: readonly string[], change: (bucket: Bucket) => BucketState) => {
    const names = distinct(all)
    if (names.length === 0) return
    await buckets.update(names, (found) => ({ states: changed(found, names, change), answer: undefined }))
  }
  return {
    async reserve(all, { yielding = false, read = false }) {
      const names = distinct(read ? all.filter((name) => limitOf(definitions, name)?.reads) : all)
      if (names.length === 0) return { waitMs: 0, taken: true }
      return buckets.update(names, (found) => {
        const start = commonStartAt(
          names.map((name) => bucketOf(found, name)),
          found.now,
        )
        const taken = !yielding || start <= found.now
        const states = taken ? changed(found, names, (bucket) => takePlace(bucket, start)) : new Map()
        return { states, answer: { waitMs: start - found.now, taken } }
      })
    },
    async giveBack(all, { waitMs, ageMs }) {
      await changeEach(all, (bucket) => {
        const { at } = bucket.state
        return returnPlace(bucket, { start: at + waitMs, since: at - ageMs })
      })
    },
    async hold(all, durationMs) {
      await changeEach(all, ({ state }) => holdBucket(state, state.at + durationMs))
    },
    async isLost(all, { ageMs }) {
      const found = await buckets.read(all)
      return all.some((name) => isPlaceLost(bucketOf(found, name).state, found.now - ageMs))
    },
  }
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)].sort()

/** A limiter of one process, by the clock that nobody sets where there is one. */
export const createLimiter = (
  definitions: Readonly<Record<string, LimitDefinition>>,
  clock: Pick<Clock, "now" | "monotonic">,
): Limiter =>
  createLimiterOver(
    definitions,
    memoryBuckets(() => clock.monotonic?.() ?? clock.now()),
  )

function memoryBuckets(now: () => number): Buckets {
  const states = new Map<string, BucketState>()
  return {
    read: async () => ({ now: now(), states }),
    async update(_, change) {
      const { states: changed, answer } = change({ now: now(), states })
      for (const [name, state] of changed) states.set(name, state)
      return answer
    },
  }
}
