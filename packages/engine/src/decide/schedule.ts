import type { RandomBytes } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "../record/row.ts"

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS

/** A run ends when nothing is due within this time, in ms. Read caps are longer, so a slow change ends the run. */
export const RUN_HORIZON_MS = 30 * SECOND_MS
/** How long a run waits for deletions once everything wanted is usable, in ms: a quick update then ends in one run. */
export const LEAVING_HORIZON_MS = 2 * SECOND_MS

const PERSON_MS = { first: 3 * MINUTE_MS, cap: 60 * MINUTE_MS }
const BACKOFF_MS = { first: SECOND_MS, cap: 45 * SECOND_MS }
/** Refusals in a row after which a call is made only about every ten minutes. */
const SLOW_AFTER_TRIES = 12
const SLOW_RETRY_MS = 10 * MINUTE_MS
/** Longest pause between deletes that are answered without effect. */
const DELETE_AGAIN_MS = { cap: 60 * MINUTE_MS }

/** How long a delete lets other calls take places in a rate limit first, in ms. */
export const YIELD_MS = 10 * MINUTE_MS

/** Adds up to a fifth at random, so that many deployments do not retry together. */
const addJitter = (base: number, random: RandomBytes): number => {
  const [byte = 0] = random(1)
  return base * (1 + byte / 1280)
}

/** Delay before the next read of a changing object, in ms; grows by half with `tries`, from 0, up to the type's cap. */
export const pollDelayMs = (type: AnyNodeType, tries: number): number => {
  const { first, cap } = traitsOf(type).reads
  return Math.min(first * 1.5 ** tries, cap)
}

/** Delay after a failure, in ms; doubles with `tries`, the failures before it, up to a cap. */
export const backoffDelayMs = (tries: number, random: RandomBytes): number =>
  addJitter(tries >= SLOW_AFTER_TRIES ? SLOW_RETRY_MS : Math.min(BACKOFF_MS.first * 2 ** tries, BACKOFF_MS.cap), random)

/** Delay before a call that failed with `not_ready` is repeated, in ms: about a second for the first minutes. */
export const notReadyDelayMs = (tries: number, random: RandomBytes): number =>
  tries < 180 ? addJitter(1.2 * SECOND_MS, random) : backoffDelayMs(tries, random)

/** Delay before a call is repeated that time or somebody elsewhere may cure, in ms: about ten minutes. */
export const slowRetryDelayMs = (random: RandomBytes): number => addJitter(SLOW_RETRY_MS, random)

/** Delay before the next read of an object that waits for a person, in ms; grows with `tries` to an hour. */
export const personDelayMs = (tries: number): number => Math.min(PERSON_MS.first * 1.5 ** tries, PERSON_MS.cap)

/** How long an answered update may take to become visible before it is sent again, in ms. */
export const settleWaitMs = (type: AnyNodeType, answered: number): number => traitsOf(type).reads.first * 4 ** answered

/**
 * Time from which an object that is still found proves that the last answered delete had no effect, ms since the epoch.
 */
export const deleteProvenAt = (type: AnyNodeType, { call, deletes }: ObjectRow): number =>
  (call?.at ?? 0) +
  Math.min(Math.max(traitsOf(type).visibleWithinMs, SECOND_MS) * 3 ** Math.max(deletes - 1, 0), DELETE_AGAIN_MS.cap)

/** Time from which an object that is not found proves that our last create made nothing, ms since the epoch. */
export const missProvenAt = (type: AnyNodeType, { created }: ObjectRow): number => {
  const { visibleWithinMs, callTimeoutMs } = traitsOf(type)
  return created ? created.at + visibleWithinMs + (created.uncertain ? callTimeoutMs : 0) : 0
}

/** Time by which even an unanswered create that took effect late would be visible, ms since the epoch. */
export const twinProvenAt = (type: AnyNodeType, { created }: ObjectRow): number => {
  const { visibleWithinMs, callTimeoutMs } = traitsOf(type)
  return created ? created.at + 2 * callTimeoutMs + visibleWithinMs : 0
}
