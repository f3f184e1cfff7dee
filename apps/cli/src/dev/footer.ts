import { stripVTControlCharacters } from "node:util"
import { safeText } from "../output/safe-output.ts"
import type { Terminal } from "./terminal.ts"

const ESC = "\u001b["
/**
 * Escape sequences around a synchronized update: terminals that know them show the whole update at once; others ignore
 * them.
 */
const SYNCHRONIZED_UPDATE = { begin: `${ESC}?2026h`, end: `${ESC}?2026l` }

/**
 * Lines that stay at the bottom of the terminal while others scroll above. Each change is one write, so nothing is
 * torn.
 */
export class Footer {
  readonly #terminal: Terminal
  #lines: readonly string[] = []
  /** Lines as they are on the screen. */
  #drawn: readonly string[] = []

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Prints lines above the footer, uncut. */
  print(lines: readonly string[]): void {
    if (lines.length > 0) this.#draw(lines.map((line) => safeText(line)))
  }

  /** Replaces the lines at the bottom; each is cut to the width. */
  set(lines: readonly string[]): void {
    this.#lines = lines
    this.#draw([])
  }

  /** Redraws the footer after the terminal was resized. */
  redraw(): void {
    this.#draw([])
  }

  #draw(above: readonly string[]): void {
    const { columns } = this.#terminal
    const lines = this.#lines.map((line) => cutToWidth(safeText(line).replaceAll("\n", " "), columns - 1))
    if (above.length === 0 && lines.join("\n") === this.#drawn.join("\n")) return
    const text = [...above, ...lines].map((line) => `${line}\n`).join("")
    this.#terminal.write(`${SYNCHRONIZED_UPDATE.begin}${this.#erase(columns)}${text}${SYNCHRONIZED_UPDATE.end}`)
    this.#drawn = lines
  }

  /** Escape sequence that erases the footer. In a narrower terminal its lines may have wrapped. */
  #erase(columns: number): string {
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return `\r${rows > 0 ? `${ESC}${rows}A` : ""}${ESC}0J`
  }
}

const widthOf = (line: string): number => stripVTControlCharacters(line).length

/** Cuts a line to a width; colours end with the text. */
function cutToWidth(line: string, width: number): string {
  if (widthOf(line) <= width) return line
  return `${stripVTControlCharacters(line).slice(0, Math.max(width - 1, 0))}…`
}
