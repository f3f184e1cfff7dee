/** The id that a stack gives itself; null where it has none. */
export const stackIdOf = (stack: unknown): string | null =>
  typeof stack === "object" && stack !== null && "id" in stack && typeof stack.id === "string" ? stack.id : null
