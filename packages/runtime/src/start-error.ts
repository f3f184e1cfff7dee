/** Why a worker could not be started. `code` does not change between releases. */
export class StartError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = "StartError"
    this.code = code
  }
}

/** The message says what happened, to which file or variable, and the next step; it never carries a secret. */
export const problem = (code: string, details: { message: string }): StartError => new StartError(code, details.message)
