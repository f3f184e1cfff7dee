import type { Check } from "./check.ts"

/** Runs every check, one after another, and shows each as a line followed by all that it found. True when all passed. */
export async function runChecks(
  checks: readonly Check[],
  root: string,
  write: (text: string) => void,
): Promise<boolean> {
  let passed = true
  for (const { name, run } of checks) {
    const failures = await run(root).catch((error: unknown) => [
      `the check could not be made: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ])
    if (failures.length === 0) {
      write(`✔ ${name}\n`)
    } else {
      passed = false
      write(`✖ ${name}: ${failures.length} found\n`)
      for (const failure of failures) write(`${failure.replace(/^/gm, "    ")}\n`)
    }
  }
  return passed
}
