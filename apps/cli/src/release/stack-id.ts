/** Id of a built stack as the manager answers it; undefined for anything else. */
export const stackIdOf = (stack: unknown): string | undefined =>
  typeof stack === "object" && stack !== null && "id" in stack && typeof stack.id === "string" ? stack.id : undefined
