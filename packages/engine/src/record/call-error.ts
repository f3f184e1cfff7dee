import { AlienError, problem } from "@alienplatform/core"
import type { Reason } from "./row.ts"

export type CallError = AlienError & { outcome: "refused" | "unknown" }

/** Turns anything that a verb threw into an error with an outcome: unknown unless it says that it was refused. */
export function toCallError(error: unknown): CallError {
  const known =
    error instanceof AlienError
      ? error
      : problem("provider_error", { message: messageOf(error), retryable: true, outcome: "unknown", cause: error })
  if (known.outcome) return known as CallError
  const { code, message, retryable, part } = known
  return problem(code, {
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

/** Who can act on a refusal, by code. */
const actors: Record<string, Reason["on"]> = {
  denied: "person",
  name_taken: "person",
  quota: "person",
  throttled: "provider",
  unavailable: "provider",
}

/** Codes that time or somebody's act elsewhere may cure: the same call is repeated about every ten minutes. */
const curedByTime: ReadonlySet<string> = new Set(["denied", "quota"])

export const isCuredByTime = ({ code }: AlienError): boolean => curedByTime.has(code)

export const reasonOf = (error: AlienError): Reason => {
  const on = actors[error.code]
  return { code: error.code, message: error.message, ...(on ? { on } : {}) }
}
