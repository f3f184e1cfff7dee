import { stripVTControlCharacters } from "node:util"

const GAP = "   "
const MIN_COLUMN_WIDTH = 8

export interface Fit {
  /** Width in columns; undefined: nothing is left out or cut. */
  width?: number | undefined
  /** Headings of columns that are left out where the table is too wide, first one first. */
  drop?: readonly string[]
  /** Headings of columns that are then cut, ending in `…`; the others stay whole. */
  cut?: readonly string[]
}

/**
 * Formats rows in aligned columns under a heading, without trailing blanks or lines, so that it can be cut and grepped.
 * Cells may be coloured. Columns in which every cell is empty are left out. Where the screen is too narrow even so, each
 * row becomes a block with a line per column, which never wraps in the middle of a row.
 */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  { width = Number.POSITIVE_INFINITY, drop = [], cut = [] }: Fit = {},
): string {
  let shown = heading.flatMap((_, column) => (rows.some((row) => row[column]) ? [column] : []))
  const widths = heading.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map(widthOf)),
  )
  const excessWidth = () => shown.reduce((sum, column) => sum + (widths[column] ?? 0) + GAP.length, -GAP.length) - width
  for (const title of drop) if (excessWidth() > 0) shown = shown.filter((column) => heading[column] !== title)
  for (const title of cut) {
    const column = heading.indexOf(title)
    const wide = widths[column]
    if (wide !== undefined && shown.includes(column) && excessWidth() > 0)
      widths[column] = Math.max(wide - excessWidth(), Math.min(wide, MIN_COLUMN_WIDTH))
  }
  if (excessWidth() > 0) return blocks(heading, rows, shown)
  return [heading, ...rows]
    .map((row) =>
      shown
        .map((column) => fitCell(row[column] ?? "", widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join("\n")
}

/** One block per row, with the name of each column that has something in it. */
function blocks(heading: readonly string[], rows: readonly (readonly string[])[], shown: readonly number[]): string {
  const width = Math.max(...shown.map((column) => widthOf(heading[column] ?? "")))
  return rows
    .map((row) =>
      shown
        .filter((column) => row[column])
        .map((column) => `${(heading[column] ?? "").padEnd(width)}  ${row[column]}`)
        .join("\n"),
    )
    .join("\n\n")
}

const widthOf = (cell: string): number => stripVTControlCharacters(cell).length

/** Pads or cuts a cell; a coloured cell that is cut loses its colour. */
const fitCell = (cell: string, width: number): string =>
  widthOf(cell) > width
    ? `${stripVTControlCharacters(cell).slice(0, width - 1)}…`
    : cell + " ".repeat(width - widthOf(cell))
