import type { BuildStep } from "../source.ts"

/**
 * Environment that makes cargo draw its progress: without a terminal it draws none unless told to, and needs a width.
 */
export const PROGRESS_ENVIRONMENT = {
  CARGO_TERM_PROGRESS_WHEN: "always",
  CARGO_TERM_PROGRESS_WIDTH: "120",
  CARGO_TERM_COLOR: "never",
} as const

/** Matches the line that says that another cargo builds in the same folder. */
const LOCKED = /^ *Blocking (waiting for file lock on .+)$/
const BAR = /^ *Building \[[=> ]*\] (\d+)\/(\d+)(?:: (.*))?$/
/** Crates that are named at most; as many are built at a time as there are processors. */
const MAX_NAMES = 3

/** Reads the progress from one line of cargo's stderr; undefined for all other lines. */
export function readProgress(line: string): BuildStep | undefined {
  const [, locked] = LOCKED.exec(line.trimEnd()) ?? []
  if (locked) return { detail: locked, share: 0 }
  const [, done, total, working = ""] = BAR.exec(line.trimEnd()) ?? []
  if (done === undefined || total === undefined) return undefined
  // `agent(build.rs)`, and `...` where the width ends.
  const crates = working.split(", ").map((crate) => crate.replace(/\(.*$|\.\.\.$/, "").trim())
  const names = [...new Set(crates)].filter(Boolean).slice(0, MAX_NAMES)
  const share = Number(total) > 0 ? Math.min(Number(done) / Number(total), 1) : 0
  return { detail: `${done} of ${total}${names.length > 0 ? `: ${names.join(", ")}` : ""}`, share }
}
