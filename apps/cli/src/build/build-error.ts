import { relative, resolve } from "node:path"
import { type AlienError, problem } from "@alienplatform/core/error"
import type { BuildFailure, Message } from "esbuild"

/** Detail that our plugins put on an esbuild message: the failure is then reported by this error alone. */
export interface Refusal {
  refusal: AlienError
}

export const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors)

/**
 * Makes `build_failed` with one `file:line:column: text` per error, or the error of the first refusal.
 * @param workingDirectory what esbuild's paths are relative to
 * @param directory what the reported ones are relative to
 */
export function buildProblem(failure: BuildFailure, what: string, workingDirectory: string, directory: string) {
  const refused = failure.errors.map(({ detail }) => detail).find(isRefusal)
  if (refused) return refused.refusal
  const lines = failure.errors.map((message) => describe(message, workingDirectory, directory))
  return buildFailed(what, lines, failure)
}

/** Errors that are reported; more are rarely fixed at once. */
const MAX_ERRORS = 20

/** Makes the error `build_failed`. @param errors each as `file:line:column: text` where it has a place */
export function buildFailed(what: string, errors: readonly string[], cause?: unknown): AlienError {
  const shown = errors.slice(0, MAX_ERRORS)
  const more = errors.length > MAX_ERRORS ? [`… and ${errors.length - MAX_ERRORS} more`] : []
  const lines = [...shown, ...more].map((text) => `  ${text.replaceAll("\n", "\n    ")}`)
  return problem("build_failed", {
    message: `${what} could not be built:\n${lines.join("\n")}`,
    context: { errors: shown },
    cause,
  })
}

const isRefusal = (detail: unknown): detail is Refusal =>
  typeof detail === "object" && detail !== null && "refusal" in detail

function describe({ text: said, location }: Message, workingDirectory: string, directory: string): string {
  const text = /^No loader is configured for "/.test(said) ? `${said}; ${READ_IT}` : said
  if (!location) return text
  const file = relative(directory, resolve(workingDirectory, location.file))
  return `${file}:${location.line}:${location.column + 1}: ${text}`
}

/** The way out of what no bundle holds. */
const READ_IT = `read it with readFileSync(new URL("./…", import.meta.url)) instead, and it travels`
