import { stripVTControlCharacters } from "node:util"
import type { Context, Sink } from "../context.ts"
import { hasSymbols, plainSymbols } from "./symbols.ts"

/** What `Paint` writes, and nothing else: six colours, dim, bold, and their ends. */
const OWN_COLOURS = new RegExp(`(${String.fromCharCode(0x1b)}\\[(?:1|2|22|3[1-6]|39)m)`)

/** C0 without tab and line feed, DEL, C1, and the marks that turn the direction of writing. */
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text for a terminal that only says something: escape sequences are gone, other control characters are shown as
 * their pictures (U+2400 and up). Our own colours stay.
 */
export const safeText = (text: string): string =>
  text
    .split(OWN_COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : showControls(part)))
    .join("")

const showControls = (text: string): string =>
  stripVTControlCharacters(text.replaceAll("\r\n", "\n")).replace(CONTROL, (character) => {
    if (character === "\n" || character === "\t") return character
    const code = character.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : "\ufffd"
  })

/** The same for JSON documents, in which such characters are written as escapes; nothing is lost. */
export const safeJson = (document: string): string =>
  document.replace(CONTROL, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )

/**
 * A context whose terminal is out of reach for what stacks, workloads and managers say.
 * @param json whether stdout carries JSON documents
 */
export const safeContext = (context: Context, json: boolean): Context => ({
  ...context,
  stdout: safeSink(context.stdout, json ? safeJson : shownOn(context.stdout, context.env)),
  stderr: safeSink(context.stderr, shownOn(context.stderr, context.env)),
  confirm: (question) => context.confirm(safeText(question)),
  askSecret: (question) => context.askSecret(safeText(question)),
})

const shownOn = (sink: Sink, env: Context["env"]): ((text: string) => string) =>
  hasSymbols(sink, env) ? safeText : (text) => plainSymbols(safeText(text))

const safeSink = (sink: Sink, safe: (text: string) => string): Sink => ({
  write: (text) => sink.write(safe(text)),
  get isTTY() {
    return sink.isTTY
  },
  get columns() {
    return sink.columns
  },
})
