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

export const ok = (check: string, message: string): Finding => ({ check, health: "ok", message })
export const warn = (check: string, message: string, fix: string): Finding => ({ check, health: "warn", message, fix })
export const fail = (check: string, message: string, fix: string): Finding => ({ check, health: "fail", message, fix })

/** The finding for something thrown. */
export function failed(check: string, error: unknown): Finding {
  const { message = String(error), hint } = error as { message?: string; hint?: string }
  return fail(check, message, hint ?? "see docs/errors.md")
}
