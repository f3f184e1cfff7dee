import type { RandomBytes } from "@alienplatform/core"
import type { AnyNodeType } from "./node-type.ts"
import { traitsOf } from "./props.ts"

/** A run ends when nothing is due within this time; caps are longer, so that slow things end a run. */
export const RUN_HORIZON = 30_000
/** So long a run waits for what leaves once everything wanted is usable, so that a quick update ends in one run. */
export const LEAVING_HORIZON = 2_000
const PERSON = 180_000
const BACKOFF = { first: 1_000, cap: 45_000 }

export const callTimeoutOf = (type: AnyNodeType): number => traitsOf(type).callTimeout ?? 60_000
export const visibleWithinOf = (type: AnyNodeType): number => traitsOf(type).visibleWithin ?? 60_000
export const readsOf = (type: AnyNodeType): { first: number; cap: number } => {
  const { first = 1_000, cap = 45_000 } = traitsOf(type).reads ?? {}
  return { first, cap: Math.max(cap, RUN_HORIZON + 1_000) }
}

/** The n-th read of something that changes, n from 0: small first, growing by half, capped. */
export const pollDelay = (type: AnyNodeType, tries: number): number => {
  const { first, cap } = readsOf(type)
  return Math.min(first * 1.5 ** tries, cap)
}

/** After the n-th failure, n from 0; up to a fifth is random, so that many do not come back together. */
export const backoffDelay = (tries: number, random: RandomBytes): number => {
  const base = Math.min(BACKOFF.first * 2 ** tries, BACKOFF.cap)
  const [byte = 0] = random(1)
  return base * (1 + byte / 1280)
}

/** People are asked about every few minutes. */
export const personDelay = (): number => PERSON

/** How long the n-th answered update gets to be seen before it is sent again. */
export const settleWait = (type: AnyNodeType, answered: number): number => readsOf(type).first * 4 ** answered
