/** Edits (insert, delete, replace, swap neighbours) that turn one word into the other, letter case aside. */
function distance(left: string, right: string): number {
  const rows = [Array.from({ length: right.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(left.length, right.length)
}

const normalised = (word: string) => word.toLowerCase().replaceAll(/[-_]/g, "")

/** The candidate that `word` most likely meant; nothing when none is within a third of its length. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined
  let best: { candidate: string; edits: number } | undefined
  for (const candidate of candidates) {
    const edits = distance(normalised(word), normalised(candidate))
    const allowed = Math.max(1, Math.floor(candidate.length / 3))
    if (edits <= allowed && edits < candidate.length && (!best || edits < best.edits)) best = { candidate, edits }
  }
  return best?.candidate
}

/** Text for a message about an unknown word: `; did you mean "hostLabel"?`, else the list of candidates, else empty. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const all = [...candidates]
  const best = nearest(word, all)
  if (best !== undefined) return `; did you mean "${best}"?`
  return all.length > 0 ? `; known are ${all.slice(0, 12).join(", ")}${all.length > 12 ? ", …" : ""}` : ""
}
