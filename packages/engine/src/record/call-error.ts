import { AlienError, problem } from "@alienplatform/core"
import { actorOf } from "@alienplatform/core/codes"
import type { Reason } from "./row.ts"

export type CallError = AlienError & { outcome: "refused" | "unknown" }

/** Turns anything that a verb threw into an error with an outcome: unknown unless it says that it was refused. */
export function toCallError(error: unknown): CallError {
  const known =
    error instanceof AlienError
      ? error
      : problem("provider_error", { message: messageOf(error), outcome: "unknown", cause: error })
  if (known.outcome) return known as CallError
  const { code, message, retryable, part } = known
  return new AlienError(code, {
    message,
    retryable,
    outcome: "unknown",
    cause: known,
    ...(part === undefined ? {} : { part }),
  }) as CallError
}

function messageOf(error: unknown): string {
  if (error instanceof Error && error.message !== "") return error.message
  if (typeof error === "string" && error !== "") return error
  return `the provider failed without saying why (${String(error)})`
}

/** Codes that time or somebody's act elsewhere may cure: the same call is repeated about every ten minutes. */
const curedByTime: ReadonlySet<string> = new Set(["denied", "quota", "image_unavailable"])

export const isCuredByTime = ({ code }: AlienError): boolean => curedByTime.has(code)

/** Looked at as seldom as a customer acts; what a vendor changes comes with another release, which is looked at at once. */
export const reasonOf = (error: AlienError): Reason => {
  const person = actorOf(error.code) === "customer" || isCuredByTime(error)
  return { code: error.code, message: error.message, ...(person ? { on: "person" } : {}) }
}
