import type { ErrorJson } from "@alienplatform/core/error"
import { errorOf } from "./answer.ts"

/** What the last line of an answer in lines says: `{result}` or `{error}`. */
export function outcomeOf(last: unknown): { value?: unknown; error?: ErrorJson | undefined } {
  if (typeof last !== "object" || last === null) return {}
  const { result, error } = last as Record<string, unknown>
  return { value: result, error: errorOf(error) }
}
