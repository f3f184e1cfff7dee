const UNITS = ["B", "KiB", "MiB", "GiB"]

/** A size for people: `812 B`, `12.4 KiB`. */
export function bytes(size: number): string {
  const power = size < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(size) / 10))
  return `${power === 0 ? size : (size / 1024 ** power).toFixed(1)} ${UNITS[power]}`
}
