import type { Codes } from "./codes.ts"
import { lineAt, type SourceFile } from "./files.ts"

/** `Self::EndpointPending { .. } => "endpoint_pending"` of an error's `code()`. */
const ARM = /\bSelf::\w+(?: \{ \.\. \}|\(\.\.\))? => "([a-z][a-z0-9_]*)"/g
const CODE = /\bfn code\(&self\)[^{]*\{([\s\S]*?)\n {4}\}/

/** Finds codes in a source file in Rust: what the method `code` of an error answers with. */
export function rustCodesOf({ path, text }: SourceFile): Codes {
  const [, body = ""] = CODE.exec(text) ?? []
  const start = text.indexOf(body)
  const uses = [...body.matchAll(ARM)].map(({ 1: code = "", index }) => ({
    code,
    at: `${path}:${lineAt(text, start + index)}`,
  }))
  return { uses, computed: [], mentions: new Set(uses.map(({ code }) => code)), answers: [] }
}
