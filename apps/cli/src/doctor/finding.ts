import { systemProblem } from "../output/system-problem.ts"

/** Result of a check. fail: something will not work. warn: something may surprise. */
export type Health = "ok" | "warn" | "fail"

/** The finding of one check. */
export interface Finding {
  check: string
  health: Health
  message: string
  /** What to do; set for everything that is not ok. */
  fix?: string
}

export const okFinding = (check: string, message: string): Finding => ({ check, health: "ok", message })
export const warnFinding = (check: string, message: string, fix: string): Finding => ({
  check,
  health: "warn",
  message,
  fix,
})
export const failFinding = (check: string, message: string, fix: string): Finding => ({
  check,
  health: "fail",
  message,
  fix,
})

/** Makes a finding of an error. */
export function errorFinding(check: string, error: unknown): Finding {
  const told = systemProblem(error) ?? error
  const { message = String(error), hint, code } = told as { message?: string; hint?: string; code?: string }
  return failFinding(check, message, hint ?? `alien explain ${code ?? "internal_error"}`)
}
