import { isRetryable } from "@alienplatform/core/codes"
import { AlienError, codeOf, type ErrorJson } from "@alienplatform/core/error"
import type { Paint } from "./style.ts"
import { placeOf, violationsOf } from "./violations.ts"

/** Converts anything thrown to the JSON form of errors that the API uses too. */
export function errorJson(error: unknown): ErrorJson {
  if (error instanceof AlienError) return error.toJSON()
  const text = (name: "message" | "hint") =>
    typeof error === "object" && error !== null && name in error
      ? String((error as Record<string, unknown>)[name] ?? "")
      : ""
  const hint = text("hint")
  const context = typeof error === "object" && error !== null && "context" in error ? error.context : undefined
  return {
    code: knownCode(error),
    message: text("message") || String(error),
    retryable: isRetryable(knownCode(error)),
    internal: knownCode(error) === "internal_error",
    ...(hint ? { hint } : {}),
    ...(typeof context === "object" && context !== null ? { context: { ...context } } : {}),
  }
}

/** The code of anything thrown; `internal_error` for codes of the operating system and of Node (`EACCES`, `ERR_…`). */
const knownCode = (error: unknown): string => {
  const code = codeOf(error)
  return /^[a-z][a-z0-9_]*$/.test(code) ? code : "internal_error"
}

/** What a message of very many mistakes ends with: they are not all listed. */
const isRemainder = (line: string): boolean => /^ {2}and \d+ more$/.test(line)

/** Text for people about a failed command: what happened, its code, what to do, where to read on. */
export function renderFailure(error: unknown, paint: Paint): string {
  const { code, message, hint, context } = errorJson(error)
  const found = violationsOf(context)
  const [title = "", ...rest] = message.split("\n")
  const lines = [
    `${paint("red", "✖")} ${title}`,
    ...(found.length > 0 ? found.map((one) => `    ${paint("bold", placeOf(one))}: ${one.message}`) : rest),
    ...(found.length > 0 ? rest.filter(isRemainder).map((line) => `  ${line}`) : []),
    `  ${paint("dim", "code")}  ${code}`,
    ...(hint ? [`  ${paint("dim", "hint")}  ${hint}`] : []),
    `  ${paint("dim", "more")}  alien explain ${code}`,
  ]
  return `${lines.join("\n")}\n`
}
