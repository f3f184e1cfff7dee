import { type AlienError, problem } from "@alienplatform/core/error"
import { firstAndLastLines } from "./messages.ts"

/** Lines of stderr that are kept: more than anybody reads; cargo prints its progress until it fails. */
const MAX_LINES = 200

/**
 * Collects what cargo prints on stderr before it fails: from its first error on, else everything, at most a screenful.
 */
export class StderrTail {
  readonly #lines: string[] = []

  add(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > MAX_LINES) this.#lines.shift()
  }

  toString(): string {
    const first = this.#lines.findIndex((line) => line.startsWith("error"))
    return firstAndLastLines(this.#lines.slice(Math.max(first, 0)).join("\n"))
  }
}

/** Makes the error `cargo_failed`. @param ended exit code, or the signal that ended cargo */
export const cargoFailed = (
  resource: string,
  command: string,
  ended: number | NodeJS.Signals,
  words: StderrTail,
): AlienError =>
  problem("cargo_failed", {
    message: `${command} for ${JSON.stringify(resource)} ${outcomeText(ended)}:\n  ${
      `${words}`.replaceAll("\n", "\n  ") || "nothing"
    }`,
    context: { resource },
  })

function outcomeText(ended: number | NodeJS.Signals): string {
  if (ended === 0) return "succeeded without what cargo answers; put cargo itself first on the PATH. What this one said"
  return `ended ${typeof ended === "number" ? `with exit code ${ended}` : `by ${ended}`}; correct what it says`
}
