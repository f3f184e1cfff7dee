import { stripVTControlCharacters } from "node:util"

const GAP = "   "

/**
 * Rows in aligned columns under a heading, without trailing blanks; no lines drawn, so that it can be cut and grepped.
 * Cells may be coloured. Columns in which every cell is empty are left out.
 */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = heading.flatMap((_, column) => (rows.some((row) => row[column]) ? [column] : []))
  const lines = [heading, ...rows].map((row) => shown.map((column) => row[column] ?? ""))
  const widths = shown.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ""))))
  return lines
    .map((line) =>
      line
        .map((cell, index) => pad(cell, widths[index] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join("\n")
}

const widthOf = (cell: string): number => stripVTControlCharacters(cell).length

const pad = (cell: string, width: number): string => cell + " ".repeat(Math.max(width - widthOf(cell), 0))
