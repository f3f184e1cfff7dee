import { stripVTControlCharacters } from "node:util"
import { safeText } from "../output/safe-output.ts"
import type { Terminal } from "./terminal.ts"

const ESC = "\u001b["
/** Terminals that know it show what lies between at once; others ignore it. */
const SYNCHRONIZED_UPDATE = { begin: `${ESC}?2026h`, end: `${ESC}?2026l` }

/** Lines that stay at the bottom while others scroll by above them. Nothing is torn: each change is one write. */
export class Footer {
  readonly #terminal: Terminal
  #lines: readonly string[] = []
  /** As they stand on the screen. */
  #drawn: readonly string[] = []

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Writes lines above, as long as they are. */
  print(lines: readonly string[]): void {
    if (lines.length > 0) this.#draw(lines.map((line) => safeText(line)))
  }

  /** Replaces the lines at the bottom; each is cut to the width. */
  set(lines: readonly string[]): void {
    this.#lines = lines
    this.#draw([])
  }

  /** After the terminal got another width. */
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

  /** Back to the first line of what stands there, and away with it. In a narrower terminal its lines may have wrapped. */
  #erase(columns: number): string {
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return `\r${rows > 0 ? `${ESC}${rows}A` : ""}${ESC}0J`
  }
}

const widthOf = (line: string): number => stripVTControlCharacters(line).length

/** Colours end where the text does. */
function cutToWidth(line: string, width: number): string {
  if (widthOf(line) <= width) return line
  return `${stripVTControlCharacters(line).slice(0, Math.max(width - 1, 0))}…`
}
