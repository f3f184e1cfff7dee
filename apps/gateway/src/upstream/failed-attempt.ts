/** An upstream that did not answer, and how. */
export interface FailedAttempt {
  port: number
  /** Of the error: ECONNREFUSED, UND_ERR_SOCKET… */
  code: string
}
