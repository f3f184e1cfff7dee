/**
 * The error class of this package. Match on `code`: it does not change between releases and survives a second copy of
 * the package.
 */
export class AlienSdkError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = "AlienSdkError"
    this.code = code
  }
}

/**
 * Makes an error with a code. The message names the resource or variable and the next step, never a variable's value.
 */
export const problem = (code: string, details: { message: string }): AlienSdkError =>
  new AlienSdkError(code, details.message)
