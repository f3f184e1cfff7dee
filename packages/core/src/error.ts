import { type Code, isRetryable } from "./codes/codes.ts"

// What goes with errors; this entry of the package loads no schema.
export { didYouMean, nearest } from "./validation/nearest.ts"
export { parseJson } from "./validation/parse-json.ts"
export { pathText } from "./validation/path.ts"

/** Page that explains every code; the URL's fragment is the code. */
export const ERRORS_PAGE = "docs/errors.md"

export interface ProblemDetails {
  /** What happened, to which thing, the value seen, the next step. Never a secret. */
  message: string
  /** True when the same call may succeed later without anybody acting. Default: what the table of codes says. */
  retryable?: boolean
  /** True for faults of this software; the API then hides the message. Default false. */
  internal?: boolean
  /** One short sentence: what to do next. */
  hint?: string
  /** Machine-readable details; `violations` lists every problem of a validation. */
  context?: Record<string, unknown>
  cause?: unknown
  /** Calls to a cloud only: did the cloud say no, or is it unknown whether the call took effect? */
  outcome?: "refused" | "unknown"
  /** Calls to a cloud only: the key of the part that the refusal names. */
  part?: string
}

/** One mistake in something that came from outside. */
export interface Violation {
  /** Path of the mistake: `resources.api.publicEndpoints[0].hostLabel`. */
  path: string
  code: Code
  message: string
}

/** An error as JSON, as the API answers it and the store keeps it. */
export interface ErrorJson {
  code: string
  message: string
  retryable: boolean
  internal: boolean
  hint?: string
  context?: Record<string, unknown>
}

/**
 * The error class of this project. Match on `code`, never on the class: a code survives JSON, storage and a second copy
 * of the package.
 */
export class AlienError extends Error {
  readonly code: string
  readonly retryable: boolean
  readonly internal: boolean
  readonly hint: string | undefined
  readonly context: Record<string, unknown> | undefined
  readonly outcome: "refused" | "unknown" | undefined
  readonly part: string | undefined

  constructor(code: string, details: ProblemDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = "AlienError"
    this.code = code
    this.retryable = details.retryable ?? isRetryable(code)
    this.internal = details.internal ?? false
    this.hint = details.hint
    this.context = details.context
    this.outcome = details.outcome
    this.part = details.part
  }

  toJSON(): ErrorJson {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      internal: this.internal,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.context === undefined ? {} : { context: this.context }),
    }
  }
}

/** Makes an error with a code of the table. An error from outside is passed on with `new AlienError(code, …)`. */
export const problem = (code: Code, details: ProblemDetails): AlienError => new AlienError(code, details)

/** More than anybody mends at once; a document of a megabyte can have a hundred thousand. */
const MAX_VIOLATIONS = 200

/** Makes one error of several mistakes; `context.violations` lists them, up to the first 200. */
export function violations(code: Code, what: string, found: readonly Violation[]): AlienError {
  const told = found.slice(0, MAX_VIOLATIONS)
  const lines = told.map(({ path, message }) => `  ${path}: ${message}`)
  const left = found.length - told.length
  return problem(code, {
    message: [
      `${what} has ${found.length} ${found.length === 1 ? "mistake" : "mistakes"}:`,
      ...lines,
      ...(left > 0 ? [`  and ${left} more`] : []),
    ].join("\n"),
    context: { violations: told },
  })
}

/** The `code` of anything thrown, `internal_error` when it has none. */
export const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "internal_error"
