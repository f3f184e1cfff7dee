/** An upstream that did not answer, and how. */
export interface FailedAttempt {
  port: number
  /** Of the error: ECONNREFUSED, UND_ERR_SOCKET… */
  code: string
  /**
   * `connecting`: it never got the request. `sent`: it may have. `answering`: a byte of an answer came, were it of an
   * interim response or of half a head.
   */
  stage: "connecting" | "sent" | "answering"
}
