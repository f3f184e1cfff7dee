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
  const { message = String(error), hint } = error as { message?: string; hint?: string }
  return failFinding(check, message, hint ?? "see docs/errors.md")
}
