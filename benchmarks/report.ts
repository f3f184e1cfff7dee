/** Prints a table for people, then one JSON line for machines. */
export function report(bench: string, rows: readonly (readonly [string, number | string])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length))
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`)
  console.log(JSON.stringify({ bench, ...Object.fromEntries(rows) }))
}
