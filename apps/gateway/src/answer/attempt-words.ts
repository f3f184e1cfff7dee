import type { FailedAttempt } from "../upstream/failed-attempt.ts"

/** What became of attempts, for people: `port 4001 (nothing listens there), port 4002 (…)`. */
export const attemptWords = (failures: readonly FailedAttempt[]): string => failures.map(told).join(", ")

const told = ({ port, code, stage }: FailedAttempt): string =>
  `port ${port} (${WORDS[code] ?? (BROKEN_OFF.has(code) ? brokenOff(stage) : "it did not answer in HTTP")})`

const brokenOff = (stage: FailedAttempt["stage"]): string =>
  stage === "answering" ? "it closed the connection within its answer" : "it closed the connection without an answer"

/** Of causes that tell more than how far the request came. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ETIMEDOUT: "the connection was not accepted in time",
  UND_ERR_CONNECT_TIMEOUT: "the connection was not accepted in time",
  UND_ERR_HEADERS_OVERFLOW: "its response headers are too large",
  UND_ERR_CLOSED: "it is being replaced",
  UND_ERR_DESTROYED: "it is being replaced",
  transfer_coding_not_supported: "its answer has a transfer coding other than chunked",
}

const BROKEN_OFF = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"])
