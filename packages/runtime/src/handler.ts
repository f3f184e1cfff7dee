import { problem } from "./start-error.ts"

/** What a worker's source default-exports: the web-standard request handler. */
export interface Handler {
  fetch(request: Request): Response | Promise<Response>
}

/**
 * The handler in an imported module's `default` export.
 * @param file named in the message
 * @throws `handler_missing` when there is no default export with a `fetch` function
 */
export function handlerOf(module: object, file: string): Handler {
  const exported: unknown = "default" in module ? module.default : undefined
  if (isHandler(exported)) return exported
  throw problem("handler_missing", {
    message: `${file} ${describe(exported)}; write \`export default { fetch(request) { return new Response("hello") } }\``,
  })
}

const isHandler = (value: unknown): value is Handler =>
  ((typeof value === "object" && value !== null) || typeof value === "function") &&
  "fetch" in value &&
  typeof value.fetch === "function"

const describe = (exported: unknown): string =>
  exported === undefined
    ? "has no default export"
    : `default-exports ${exported === null ? "null" : `a value of type ${typeof exported}`} without a fetch function`
