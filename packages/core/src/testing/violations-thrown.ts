import { AlienError, type Violation } from "../error.ts"

/**
 * Runs `run` and returns the violations that it throws as `[path, code]` pairs; empty when it throws none. Fails on an
 * error of another code.
 */
export function violationsThrown(code: string, run: () => unknown): [path: string, code: string][] {
  try {
    run()
  } catch (error) {
    if (!(error instanceof AlienError) || error.code !== code) throw error
    const found = (error.context?.violations ?? []) as Violation[]
    return found.map((violation) => [violation.path, violation.code])
  }
  return []
}
