/** Reads the command lines that `alien init` prints under "Next:", split into words. Throws when there are none. */
export function nextSteps(output: string): string[][] {
  const [, listed] = output.split(/^Next:\n/m)
  const lines = (listed ?? "").split("\n").filter((line) => line.startsWith("  "))
  if (lines.length === 0) throw new Error(`no next step is named:\n${output}`)
  return lines.map((line) => line.trim().split(/ +/))
}
