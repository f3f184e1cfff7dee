/** The lines that differ, `-` before and `+` after, each group under its first line's number; empty where none does. */
export function lineDiff(before: string, after: string): string {
  const [left, right] = [before.split("\n"), after.split("\n")]
  const lengths = commonLengths(left, right)
  const shown: string[] = []
  let [i, j] = [0, 0]
  let together = true
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      together = true
      i += 1
      j += 1
      continue
    }
    if (together) shown.push(`@ line ${i + 1}`)
    together = false
    const takeRight =
      j < right.length && (i >= left.length || lengthAt(lengths, i, j + 1) > lengthAt(lengths, i + 1, j))
    shown.push(takeRight ? `+ ${right[j]}` : `- ${left[i]}`)
    if (takeRight) j += 1
    else i += 1
  }
  return shown.join("\n")
}

/** Length of the longest common subsequence from each pair of lines on. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0))
  for (let i = left.length - 1; i >= 0; i -= 1)
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const longest =
        left[i] === right[j]
          ? lengthAt(lengths, i + 1, j + 1) + 1
          : Math.max(lengthAt(lengths, i + 1, j), lengthAt(lengths, i, j + 1))
      const row = lengths[i]
      if (row) row[j] = longest
    }
  return lengths
}

const lengthAt = (lengths: readonly (readonly number[])[], i: number, j: number): number => lengths[i]?.[j] ?? 0
