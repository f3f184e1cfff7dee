import type { LimitDefinition } from "../declare/platform.ts"

/** What is remembered of one bucket; times in ms by the clock of whoever shares it. */
export interface BucketState {
  /** When this was so. */
  at: number
  /** When the place after those that have come would be free, were there no burst. */
  freeAt: number
  /** Places that were given and have not come yet, the earliest first. */
  places: readonly number[]
  /** When it was last held; places that were given before do not count any more. */
  heldAt: number
  heldUntil: number
}

/** A bucket without a limit is free until it is held. */
export interface Bucket {
  state: BucketState
  limit: LimitDefinition | undefined
}

/** Milliseconds between two places. */
const spacingMs = ({ calls, per }: LimitDefinition): number => per / calls

/** By how much a place may come before its turn, because of a burst, ms. */
const slackMs = (limit: LimitDefinition): number => ((limit.burst ?? 1) - 1) * spacingMs(limit)

const freeAfter = (freeAt: number, place: number, limit: LimitDefinition): number =>
  Math.max(freeAt, place) + spacingMs(limit)

const UNUSED: BucketState = { at: 0, freeAt: 0, places: [], heldAt: -1, heldUntil: 0 }

/** The bucket as it is now: places that have come are only counted. After a clock was set back, as far from now as before. */
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

/** The first moment from `from` on at which one more call may start, with those that have a place before and after it. */
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

/** The first moment from now on at which a call may start in all buckets. */
export function commonStartAt(buckets: readonly Bucket[], now: number): number {
  for (let start = now; ; ) {
    const next = Math.max(start, ...buckets.map((bucket) => startAtInBucket(bucket, start)))
    if (!(next > start)) return start
    start = next
  }
}

/** The bucket once a call that starts at `start` has its place. */
export function takePlace({ state, limit }: Bucket, start: number): BucketState {
  if (!limit) return state
  const places = [...state.places, start].sort((left, right) => left - right)
  return withoutPast({ ...state, places }, limit)
}

/** The bucket without a place, by when it comes or has come; one that a hold took away is not there to be given back. */
export function returnPlace({ state, limit }: Bucket, { start, since }: { start: number; since: number }): BucketState {
  if (!limit || isPlaceLost(state, since)) return state
  if (start <= state.at) return { ...state, freeAt: state.freeAt - spacingMs(limit) }
  // Found by its distance: whoever gives it back may go by another clock.
  const distances = state.places.map((place) => Math.abs(place - start))
  const found = distances.indexOf(Math.min(...distances))
  return { ...state, places: state.places.filter((_, index) => index !== found) }
}

/** The bucket once it is held; it begins anew at the end, and everybody who has a place asks again. */
export const holdBucket = (state: BucketState, until: number): BucketState =>
  until <= Math.max(state.at, state.heldUntil)
    ? state
    : { at: state.at, freeAt: until, places: [], heldAt: state.at, heldUntil: until }

/** Was it held after the place was given, or in the same moment? */
export const isPlaceLost = ({ heldAt }: BucketState, since: number): boolean => heldAt >= since
