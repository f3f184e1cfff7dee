/** fail: something will not work. warn: something may surprise. */
export type Health = "ok" | "warn" | "fail"

/** One thing that was looked at. */
export interface Finding {
  check: string
  health: Health
  message: string
  /** What to do; for anything that is not ok. */
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

/** The finding for something thrown. */
export function errorFinding(check: string, error: unknown): Finding {
  const { message = String(error), hint } = error as { message?: string; hint?: string }
  return failFinding(check, message, hint ?? "see docs/errors.md")
}
