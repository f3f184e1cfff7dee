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
  /** True when a place was reserved. */
  taken: boolean
}

export interface ReserveOptions {
  /** Take a place only if one is free at once, so that other calls come first. */
  yielding?: boolean
  /** The call is a read: it counts only in buckets that count reads. */
  read?: boolean
}

/** A reserved place, in milliseconds relative to now, so that no two clocks are compared. */
export interface Place {
  /** Milliseconds until the call may start; negative once it could. */
  waitMs: number
  /** Milliseconds since the place was given. */
  ageMs: number
}

/** Reserves places in named rate-limit buckets, for everybody who shares an account. */
export interface Limiter {
  /** Reserves the first place that is free in every bucket that counts such a call. */
  reserve(buckets: readonly string[], options: ReserveOptions): Promise<Reservation>
  /** Returns an unused place. */
  giveBack(buckets: readonly string[], place: Place): Promise<void>
  /** Stops all calls in these buckets for `durationMs` after a throttle; places reserved before are lost. */
  hold(buckets: readonly string[], durationMs: number): Promise<void>
  /** Did a throttle take the place away? */
  isLost(buckets: readonly string[], place: Place): Promise<boolean>
}

/** Stored states of buckets, by name, and the time by the clock that everybody who shares them uses, ms. */
export interface FoundBuckets {
  now: number
  states: ReadonlyMap<string, BucketState>
}

/** Storage of buckets. */
export interface Buckets {
  read(names: readonly string[]): Promise<FoundBuckets>
  /** Replaces states by what `change` returns, atomically. `names` are sorted, each once. */
  update<T>(names: readonly string[], change: (found: FoundBuckets) => ChangedBuckets<T>): Promise<T>
}

export interface ChangedBuckets<T> {
  /** States to write, by name. */
  states: ReadonlyMap<string, BucketState>
  answer: T
}

/** The limit of a bucket, by the part of its name before the first `/`; undefined where none is defined. */
export const limitOf = (
  definitions: Readonly<Record<string, LimitDefinition>>,
  bucket: string,
): LimitDefinition | undefined => definitions[bucket.split("/", 1)[0] ?? bucket]

/** Makes a limiter for everybody who shares `buckets`. A bucket without a definition is free until it is held. */
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

/** Makes a limiter for one process; uses the monotonic clock where there is one. */
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
