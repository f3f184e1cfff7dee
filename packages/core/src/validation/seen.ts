/** A value from outside for a message: JSON of at most 60 characters. Never for secrets. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "nothing"
  const text = typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? typeof value)
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

/** The kind of a value, for messages that must not show it. */
export function valueKind(value: unknown): string {
  if (value === null || value === undefined) return "nothing"
  if (Array.isArray(value)) return "a list"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}
