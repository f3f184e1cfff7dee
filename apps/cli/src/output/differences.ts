import type { Difference } from "../release/settings-path.ts"
import type { Paint } from "./style.ts"

/** Lines for differences: `+ path  value`, `- path  value`, `~ path  before → after`, one line each. */
export const differenceLines = (found: readonly Difference[], paint: Paint): string[] =>
  found.map(({ path, before, after }) => {
    if (before === undefined) return paint("green", `+ ${path}  ${JSON.stringify(after)}`)
    if (after === undefined) return paint("red", `- ${path}  ${JSON.stringify(before)}`)
    return paint("yellow", `~ ${path}  ${JSON.stringify(before)} → ${JSON.stringify(after)}`)
  })
