import type { RandomBytes } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "../record/row.ts"

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS

/** A run ends when nothing is due within this time, ms; caps are longer, so that slow things end a run. */
export const RUN_HORIZON_MS = 30 * SECOND_MS
/** So long a run waits for what leaves once everything wanted is usable, in ms, so that a quick update ends in one run. */
export const LEAVING_HORIZON_MS = 2 * SECOND_MS

const PERSON_MS = { first: 3 * MINUTE_MS, cap: 60 * MINUTE_MS }
const BACKOFF_MS = { first: SECOND_MS, cap: 45 * SECOND_MS }
/** Refused so often in a row, a call is made only about every ten minutes. */
const SLOW_AFTER_TRIES = 12
const SLOW_RETRY_MS = 10 * MINUTE_MS
/** Between two deletes that are answered without effect, at most. */
const DELETE_AGAIN_MS = { cap: 60 * MINUTE_MS }

/** A delete that let others go first for so long takes its place in line, ms. */
export const YIELD_MS = 10 * MINUTE_MS

/** Up to a fifth is added at random, so that many do not come back together. */
const addJitter = (base: number, random: RandomBytes): number => {
  const [byte = 0] = random(1)
  return base * (1 + byte / 1280)
}

/** The n-th read of something that changes, n from 0: small first, growing by half, capped. */
export const pollDelayMs = (type: AnyNodeType, tries: number): number => {
  const { first, cap } = traitsOf(type).reads
  return Math.min(first * 1.5 ** tries, cap)
}

/** After the n-th failure in a row, n from 0. */
export const backoffDelayMs = (tries: number, random: RandomBytes): number =>
  addJitter(tries >= SLOW_AFTER_TRIES ? SLOW_RETRY_MS : Math.min(BACKOFF_MS.first * 2 ** tries, BACKOFF_MS.cap), random)

/** What is not ready yet, like a role that cannot be assumed, is there within seconds mostly; the n-th try, n from 0. */
export const notReadyDelayMs = (tries: number, random: RandomBytes): number =>
  tries < 180 ? addJitter(1.2 * SECOND_MS, random) : backoffDelayMs(tries, random)

/** A call that was refused for what time or somebody elsewhere may cure is made again after so long. */
export const slowRetryDelayMs = (random: RandomBytes): number => addJitter(SLOW_RETRY_MS, random)

/** The n-th look at something that waits for a person, n from 0. */
export const personDelayMs = (tries: number): number => Math.min(PERSON_MS.first * 1.5 ** tries, PERSON_MS.cap)

/** How long the n-th answered update gets to be seen before it is sent again. */
export const settleWaitMs = (type: AnyNodeType, answered: number): number => traitsOf(type).reads.first * 4 ** answered

/** From when on a hit means that the last of the answered deletes had no effect. */
export const deleteProvenAt = (type: AnyNodeType, { call, deletes }: ObjectRow): number =>
  (call?.at ?? 0) +
  Math.min(Math.max(traitsOf(type).visibleWithinMs, SECOND_MS) * 3 ** Math.max(deletes - 1, 0), DELETE_AGAIN_MS.cap)

/** From when on a miss means that our last create made nothing. */
export const missProvenAt = (type: AnyNodeType, { created }: ObjectRow): number => {
  const { visibleWithinMs, callTimeoutMs } = traitsOf(type)
  return created ? created.at + visibleWithinMs + (created.uncertain ? callTimeoutMs : 0) : 0
}

/** When an unanswered create that landed late would be visible. */
export const twinProvenAt = (type: AnyNodeType, { created }: ObjectRow): number => {
  const { visibleWithinMs, callTimeoutMs } = traitsOf(type)
  return created ? created.at + 2 * callTimeoutMs + visibleWithinMs : 0
}
