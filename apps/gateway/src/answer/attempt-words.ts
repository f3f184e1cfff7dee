import type { FailedAttempt } from "../upstream/failed-attempt.ts"

/** What became of attempts, for people: `port 4001 (nothing listens there), port 4002 (…)`. */
export const attemptWords = (failures: readonly FailedAttempt[]): string => failures.map(told).join(", ")

const told = ({ port, code, stage }: FailedAttempt): string =>
  `port ${port} (${WORDS[code] ?? (BROKEN_OFF.has(code) ? brokenOff(stage) : "its answer is none that HTTP can pass on")})`

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

/** What happened and what to do, as far as the last attempt tells. @param app as it is named in a sentence */
export function attemptsSaid(
  app: string,
  failures: readonly FailedAttempt[],
): { message: string; summary: string; hint: string } {
  const last = failures.at(-1)
  if (last?.stage !== "answering")
    return {
      message: `${app} did not answer on ${attemptWords(failures)}`,
      summary: "The app did not answer",
      hint: "Its process may be starting, stopped or failing: look at its state and its log",
    }
  return {
    message: `the answer of ${app} could not be passed on from ${attemptWords(failures)}`,
    summary: "The app's answer could not be passed on",
    hint: BROKEN_OFF.has(last.code)
      ? "Its process may have failed while it answered: look at its log. The request was not sent again"
      : "Correct what the app answers: its log may tell more",
  }
}
