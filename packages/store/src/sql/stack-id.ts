/** As the stack names itself; null where it does not. */
export const stackIdOf = (stack: unknown): string | null =>
  typeof stack === "object" && stack !== null && "id" in stack && typeof stack.id === "string" ? stack.id : null
