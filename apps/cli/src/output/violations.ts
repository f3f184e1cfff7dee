import type { Code } from "@alienplatform/core/codes"
import type { Violation } from "@alienplatform/core/error"

/** A mistake, with its place in the user's own file if known. */
export interface LocatedViolation extends Violation {
  file?: string
  /** Line in the file, from 1. */
  line?: number
}

/** Reads `context.violations` of an error; empty where there are none. */
export function violationsOf(context: unknown): LocatedViolation[] {
  if (typeof context !== "object" || context === null || !("violations" in context)) return []
  const found = context.violations
  if (!Array.isArray(found)) return []
  return found.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null || !("path" in item) || !("message" in item)) return []
    return [
      {
        path: String(item.path),
        // One that only a newer manager knows is shown as it is.
        code: ("code" in item ? String(item.code) : "") as Code,
        message: String(item.message),
        ...("file" in item ? { file: String(item.file) } : {}),
        ...("line" in item ? { line: Number(item.line) } : {}),
      },
    ]
  })
}

/** The place of a mistake: `shop.json:4  updates`; without a file only the path. */
export const placeOf = ({ file, line, path }: LocatedViolation): string =>
  file === undefined ? path : `${file}${line === undefined ? "" : `:${line}`}  ${path}`
