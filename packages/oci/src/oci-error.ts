export interface OciProblem {
  /** What happened, to which thing, the value seen, the next step. Never a secret. */
  message: string
  /** One short sentence: what to do next. */
  hint?: string
  /** True when the same call may succeed later without anybody acting. Default false. */
  retryable?: boolean
  context?: Record<string, unknown>
  cause?: unknown
}

/** Why an image could not be built, read or published. `code` does not change between releases. */
export class OciError extends Error {
  readonly code: string
  readonly retryable: boolean
  readonly hint: string | undefined
  readonly context: Record<string, unknown> | undefined

  constructor(code: string, { message, hint, retryable = false, context, cause }: OciProblem) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = "OciError"
    this.code = code
    this.retryable = retryable
    this.hint = hint
    this.context = context
  }
}

export const problem = (code: string, details: OciProblem): OciError => new OciError(code, details)
