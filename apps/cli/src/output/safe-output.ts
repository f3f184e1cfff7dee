import { stripVTControlCharacters } from "node:util"
import type { Context, Sink } from "../context.ts"
import { hasSymbols, plainSymbols } from "./symbols.ts"

/** Matches the escape sequences that `Paint` writes: six colours, dim, bold, and their ends. */
const OWN_COLOURS = new RegExp(`(${String.fromCharCode(0x1b)}\\[(?:1|2|22|3[1-6]|39)m)`)

/**
 * Matches control characters: C0 without tab and line feed, DEL, C1, and marks that change the direction of writing.
 */
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/**
 * Makes text safe for a terminal: escape sequences are removed, other control characters are shown as their pictures
 * (U+2400 and up). Our own colours stay.
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

/** Makes a JSON document safe for a terminal: control characters become escapes; nothing is lost. */
export const safeJson = (document: string): string =>
  document.replace(CONTROL, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )

/**
 * A context whose output is made safe, so that texts of stacks, workloads and managers cannot control the terminal.
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
