import type { Json } from "@alienplatform/core"

/** As the stack names itself; null where it does not. */
export const stackIdOf = (stack: Json): string | null =>
  typeof stack === "object" && stack !== null && !Array.isArray(stack) && typeof stack.id === "string" ? stack.id : null
