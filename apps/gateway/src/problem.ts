/** An error with a code of docs/errors.md. The gateway imports no other package of ours, hence its own. */
export interface Problem extends Error {
  readonly code: string
}

/** `message`: what happened, to which thing, the value seen, the next step. */
export const problem = (code: string, details: { message: string; cause?: unknown }): Problem =>
  Object.assign(new Error(details.message, { cause: details.cause }), { code })

/** The code of anything thrown, `internal_error` when it carries none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "internal_error"

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
