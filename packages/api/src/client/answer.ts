import type { ErrorJson } from "@alienplatform/core/error"

type Kind = "string" | "number" | "boolean" | "object" | "array"

/** The members that an answer is known by, and what each of them is. */
export type Shape<T> = { readonly [Name in keyof T]?: Kind }

/**
 * Is this an answer of a manager? Only what tells it from another server's is looked at, and by hand, so that no schema
 * has to be loaded; members that newer managers add stay.
 */
export const hasShape = <T>(value: unknown, shape: Shape<T>): value is T =>
  isObject(value) && Object.entries(shape).every(([name, kind]) => isKind(value[name], kind as Kind))

/** The error of a manager, whole or not at all. */
export function errorOf(value: unknown): ErrorJson | undefined {
  if (!isObject(value)) return undefined
  const { code, message, retryable, internal, hint, context } = value
  if (typeof code !== "string" || typeof message !== "string") return undefined
  return {
    code,
    message,
    retryable: retryable === true,
    internal: internal === true,
    ...(typeof hint === "string" && hint !== "" ? { hint } : {}),
    ...(isObject(context) ? { context } : {}),
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isKind = (value: unknown, kind: Kind): boolean => {
  if (kind === "array") return Array.isArray(value)
  return kind === "object" ? isObject(value) : typeof value === kind
}
