import type { RandomBytes } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "../record/row.ts"

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** A run ends when nothing is due within this time, ms; caps are longer, so that slow things end a run. */
export const RUN_HORIZON = 30 * SECOND
/** So long a run waits for what leaves once everything wanted is usable, in ms, so that a quick update ends in one run. */
export const LEAVING_HORIZON = 2 * SECOND

const PERSON = { first: 3 * MINUTE, cap: 60 * MINUTE }
const BACKOFF = { first: SECOND, cap: 45 * SECOND }
/** Refused so often in a row, a call is made only about every ten minutes. */
const PATIENT_AFTER = 12
const PATIENT = 10 * MINUTE
/** Between two deletes that are answered without effect, at most. */
const DELETE_AGAIN = { cap: 60 * MINUTE }

/** A delete that let others go first for so long takes its place in line, ms. */
export const YIELDS_FOR = 10 * MINUTE

/** Up to a fifth is added at random, so that many do not come back together. */
const spread = (base: number, random: RandomBytes): number => {
  const [byte = 0] = random(1)
  return base * (1 + byte / 1280)
}

/** The n-th read of something that changes, n from 0: small first, growing by half, capped. */
export const pollDelay = (type: AnyNodeType, tries: number): number => {
  const { first, cap } = traitsOf(type).reads
  return Math.min(first * 1.5 ** tries, cap)
}

/** After the n-th failure in a row, n from 0. */
export const backoffDelay = (tries: number, random: RandomBytes): number =>
  spread(tries >= PATIENT_AFTER ? PATIENT : Math.min(BACKOFF.first * 2 ** tries, BACKOFF.cap), random)

/** What is not ready yet, like a role that cannot be assumed, is there within seconds mostly; the n-th try, n from 0. */
export const notReadyDelay = (tries: number, random: RandomBytes): number =>
  tries < 180 ? spread(1.2 * SECOND, random) : backoffDelay(tries, random)

/** A call that was refused for what time or somebody elsewhere may cure is made again after so long. */
export const patientDelay = (random: RandomBytes): number => spread(PATIENT, random)

/** The n-th look at something that waits for a person, n from 0. */
export const personDelay = (tries: number): number => Math.min(PERSON.first * 1.5 ** tries, PERSON.cap)

/** How long the n-th answered update gets to be seen before it is sent again. */
export const settleWait = (type: AnyNodeType, answered: number): number => traitsOf(type).reads.first * 4 ** answered

/** From when on a hit means that the last of the answered deletes had no effect. */
export const deleteProves = (type: AnyNodeType, { call, deletes }: ObjectRow): number =>
  (call?.at ?? 0) +
  Math.min(Math.max(traitsOf(type).visibleWithin, SECOND) * 3 ** Math.max(deletes - 1, 0), DELETE_AGAIN.cap)

/** From when on a miss means that our last create made nothing. */
export const missProves = (type: AnyNodeType, { created }: ObjectRow): number => {
  const { visibleWithin, callTimeout } = traitsOf(type)
  return created ? created.at + visibleWithin + (created.uncertain ? callTimeout : 0) : 0
}

/** When an unanswered create that landed late would be visible. */
export const twinProves = (type: AnyNodeType, { created }: ObjectRow): number => {
  const { visibleWithin, callTimeout } = traitsOf(type)
  return created ? created.at + 2 * callTimeout + visibleWithin : 0
}
