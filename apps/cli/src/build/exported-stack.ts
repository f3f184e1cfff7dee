import { parseStack, problem, type StackConfig } from "@alienplatform/core"

/**
 * Checks and completes the stack that a stack's file exports.
 * @throws `stack_file_invalid` when it is no built stack, and `stack_invalid` with every mistake in it
 */
export function exportedStack(exported: unknown, file: string): StackConfig {
  if (!isObject(exported) || !isObject(exported.resources) || "build" in exported)
    throw problem("stack_file_invalid", {
      message: `${file} ${describe(exported)}; end it with \`export default new alien.Stack("my-app").add(…, "live").build()\``,
    })
  return parseStack(exported)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const describe = (exported: unknown): string => {
  if (exported === undefined) return "has no default export"
  const unbuilt = isObject(exported) && typeof exported.build === "function"
  return unbuilt ? "default-exports something before its .build()" : "default-exports something that is no stack"
}
