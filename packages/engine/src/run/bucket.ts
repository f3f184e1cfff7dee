import type { LimitDefinition } from "../declare/platform.ts"

/** Stored state of a rate-limit bucket; times in ms by the clock of whoever shares it. */
export interface BucketState {
  /** Time to which the state refers. */
  at: number
  /** When the next place would be free if there were no burst. */
  freeAt: number
  /** Reserved places that have not come yet, earliest first. */
  places: readonly number[]
  /** When the bucket was last held after a throttle; places reserved before no longer count. */
  heldAt: number
  heldUntil: number
}

/** A bucket and its limit. Without a limit it is free until it is held. */
export interface Bucket {
  state: BucketState
  limit: LimitDefinition | undefined
}

/** Milliseconds between two places. */
const spacingMs = ({ calls, per }: LimitDefinition): number => per / calls

/** How much earlier than the spacing allows a place may come, because of the burst, ms. */
const slackMs = (limit: LimitDefinition): number => ((limit.burst ?? 1) - 1) * spacingMs(limit)

const freeAfter = (freeAt: number, place: number, limit: LimitDefinition): number =>
  Math.max(freeAt, place) + spacingMs(limit)

const UNUSED: BucketState = { at: 0, freeAt: 0, places: [], heldAt: -1, heldUntil: 0 }

/**
 * The bucket's state at `now`: places that have come are only counted. If the clock was set back, places keep their
 * distance from now.
 */
export function bucketAt(known: BucketState | undefined, limit: LimitDefinition | undefined, now: number): Bucket {
  const { at, ...before } = known ?? UNUSED
  const back = Math.max(0, at - now)
  const state: BucketState = {
    at: now,
    freeAt: before.freeAt - back,
    places: before.places.map((place) => place - back),
    heldAt: before.heldAt - back,
    heldUntil: before.heldUntil - back,
  }
  return { state: withoutPast(state, limit), limit }
}

function withoutPast(state: BucketState, limit: LimitDefinition | undefined): BucketState {
  if (!limit) return { ...state, places: [] }
  const come = state.places.filter((place) => place <= state.at)
  const freeAt = come.reduce((free, place) => freeAfter(free, place, limit), state.freeAt)
  return { ...state, freeAt, places: state.places.slice(come.length) }
}

/** The first time from `from` on at which one more call fits between the reserved places. */
function startAtInBucket({ state, limit }: Bucket, from: number): number {
  let start = Math.max(from, state.heldUntil)
  if (!limit) return start
  let { freeAt } = state
  for (const [index, place] of state.places.entries()) {
    const first = Math.max(start, freeAt - slackMs(limit))
    if (first <= place && doPlacesFit(state.places.slice(index), freeAfter(freeAt, first, limit), limit)) return first
    start = Math.max(start, place)
    freeAt = freeAfter(freeAt, place, limit)
  }
  return Math.max(start, freeAt - slackMs(limit))
}

function doPlacesFit(places: readonly number[], from: number, limit: LimitDefinition): boolean {
  let freeAt = from
  return places.every((place) => {
    const fits = place >= freeAt - slackMs(limit)
    freeAt = freeAfter(freeAt, place, limit)
    return fits
  })
}

/** The first time from now on at which a call may start in all buckets. */
export function commonStartAt(buckets: readonly Bucket[], now: number): number {
  for (let start = now; ; ) {
    const next = Math.max(start, ...buckets.map((bucket) => startAtInBucket(bucket, start)))
    if (!(next > start)) return start
    start = next
  }
}

/** The bucket's state with a place reserved for a call at `start`. */
export function takePlace({ state, limit }: Bucket, start: number): BucketState {
  if (!limit) return state
  const places = [...state.places, start].sort((left, right) => left - right)
  return withoutPast({ ...state, places }, limit)
}

/** The bucket's state without a place that is given back. A place that a hold took away is not returned. */
export function returnPlace({ state, limit }: Bucket, { start, since }: { start: number; since: number }): BucketState {
  if (!limit || isPlaceLost(state, since)) return state
  if (start <= state.at) return { ...state, freeAt: state.freeAt - spacingMs(limit) }
  // Found by its distance: whoever gives it back may go by another clock.
  const distances = state.places.map((place) => Math.abs(place - start))
  const found = distances.indexOf(Math.min(...distances))
  return { ...state, places: state.places.filter((_, index) => index !== found) }
}

/**
 * The bucket's state when it is held until `until` after a throttle: all reserved places are lost, and their holders
 * ask again.
 */
export const holdBucket = (state: BucketState, until: number): BucketState =>
  until <= Math.max(state.at, state.heldUntil)
    ? state
    : { at: state.at, freeAt: until, places: [], heldAt: state.at, heldUntil: until }

/** Was the bucket held at or after `since`, when the place was given? Then the place is lost. */
export const isPlaceLost = ({ heldAt }: BucketState, since: number): boolean => heldAt >= since
