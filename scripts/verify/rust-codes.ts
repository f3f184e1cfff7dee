import type { Codes } from "./codes.ts"
import { lineAt, type SourceFile } from "./files.ts"

/**
 * "endpoint_pending"` => Matches an arm of an error's `code()`: `Self::EndpointPending { .. } => "endpoint_pending"`.
 */
const ARM = /\bSelf::\w+(?: \{ \.\. \}|\(\.\.\))? => "([a-z][a-z0-9_]*)"/g
const CODE = /\bfn code\(&self\)[^{]*\{([\s\S]*?)\n {4}\}/

/** Finds codes in a Rust source: what the method `code` of an error returns. */
export function rustCodesOf({ path, text }: SourceFile): Codes {
  const [, body = ""] = CODE.exec(text) ?? []
  const start = text.indexOf(body)
  const uses = [...body.matchAll(ARM)].map(({ 1: code = "", index }) => ({
    code,
    at: `${path}:${lineAt(text, start + index)}`,
  }))
  return { uses, computed: [], mentions: new Set(uses.map(({ code }) => code)), answers: [] }
}
