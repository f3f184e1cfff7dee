import { isAbsolute, relative, resolve } from "node:path"
import { parseJson } from "@alienplatform/core/error"
import { z } from "zod"

const Span = z.object({
  file_name: z.string(),
  line_start: z.number(),
  column_start: z.number(),
  is_primary: z.boolean(),
  label: z.string().nullish(),
  /** Place where the macro was called that contains the span. */
  get expansion() {
    return z.object({ span: Span }).nullish()
  },
})
type Span = z.infer<typeof Span>

const Diagnostic = z.object({
  message: z.string(),
  level: z.string(),
  code: z.object({ code: z.string() }).nullish(),
  spans: z.array(Span),
  /** Notes and help that rustc adds; those with spans are about places in the sources. */
  children: z.array(z.object({ message: z.string(), level: z.string(), spans: z.array(Span) })).default([]),
  rendered: z.string().nullish(),
})
type Diagnostic = z.infer<typeof Diagnostic>

const Message = z.discriminatedUnion("reason", [
  z.object({ reason: z.literal("compiler-message"), message: Diagnostic }),
  z.object({
    reason: z.literal("compiler-artifact"),
    target: z.object({ name: z.string(), kind: z.array(z.string()) }),
    executable: z.string().nullish(),
  }),
  z.object({ reason: z.literal("build-finished"), success: z.boolean() }),
])

/** A message that cargo and rustc print while they build, one JSON document per line of stdout. */
export type CargoMessage = z.infer<typeof Message>

/**
 * Parses a line of cargo's stdout. Undefined for messages of other kinds, and for lines that are not cargo's: a macro
 * may print.
 * @see https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages
 * @see https://doc.rust-lang.org/rustc/json.html
 */
export function readMessage(line: string): CargoMessage | undefined {
  if (!line.startsWith("{")) return undefined
  return Message.safeParse(parseJson(line)).data
}

/**
 * Is the message an error (`error`, `error: internal compiler error`)? The error count that older compilers end with is
 * not.
 */
export const isError = ({ level, message }: Diagnostic): boolean =>
  level.startsWith("error") && !message.startsWith("aborting due to ")

const MAX_CHARACTERS = 500
/** Lines that are shown of an error without a place in the sources, such as a linker's output. */
const MAX_LINES = 20

/**
 * Describes an error as `file:line:column: text`, with rustc's help where that has no place, or rustc's own text where
 * the error has none.
 * @param root workspace folder, which rustc's paths are relative to
 * @param directory what the reported paths are relative to
 */
export function describeDiagnostic(
  { message, code, spans, children, rendered }: Diagnostic,
  root: string,
  directory: string,
): string {
  const span = placeOf(spans)
  if (!span) return firstAndLastLines(rendered ?? message)
  const { file_name: name, line_start: line, column_start: column } = span
  const file = isAbsolute(name) ? name : relative(directory, resolve(root, name))
  const { label } = spans.find(({ is_primary }) => is_primary) ?? span
  const help = children.find(({ level, spans }) => level === "help" && spans.length === 0)?.message
  const text = [message, label, help]
    .filter(Boolean)
    .join(": ")
    .replaceAll(/\s*\n\s*/g, " ")
  return `${file}:${line}:${column}: ${cutText(text)}${code ? ` [${code.code}]` : ""}`
}

/** The primary span; for a macro from another crate, the place in the workspace that calls it. */
function placeOf(spans: readonly Span[]): Span | undefined {
  const primary = spans.find(({ is_primary }) => is_primary)
  for (let span = primary; span; span = span.expansion?.span) if (isOwn(span)) return span
  return primary
}

/** Is the span in the workspace? Other files have an absolute path, or a name such as `<anon>`. */
const isOwn = ({ file_name }: Span): boolean => !isAbsolute(file_name) && !file_name.startsWith("<")

/** The first line and the last ones: a linker says at the end what is missing. */
export function firstAndLastLines(text: string): string {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => cutText(line.trimEnd()))
  if (lines.length <= MAX_LINES) return lines.join("\n")
  return [lines[0], "…", ...lines.slice(2 - MAX_LINES)].join("\n")
}

const cutText = (text: string): string => (text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text)
