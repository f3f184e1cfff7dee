import { type ExitCode, exitCodeOf as exitCodeOfCode } from "@alienplatform/core/codes"
import { codeOf } from "@alienplatform/core/error"

/** Exit codes, on which scripts may rely. */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** The command line, the stack or the settings are wrong. */
  invalid: 2,
  /** A person must act before it can go on. */
  waiting: 3,
  /** Not allowed, or not found. */
  refused: 4,
  /** No manager answers. */
  unreachable: 5,
  interrupted: 130,
} as const satisfies Record<string, ExitCode | 0>

/** The exit code for anything thrown: what the table has for its code, else 1. */
export const exitCodeOf = (error: unknown): ExitCode => exitCodeOfCode(codeOf(error))
