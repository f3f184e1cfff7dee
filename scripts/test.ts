import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { runChild } from "./run-child.ts"
import { type Counts, countTests, summaryLine, verdict } from "./test-summary.ts"

/*
 * `npm test [-- vitest arguments]`, and with `--system` the tests that need more than Node. The last line of the
 * output is the sum and nothing else.
 */
const root = resolve(import.meta.dirname, "..")
const { arguments: vitestArguments, system } = split(process.argv.slice(2))
const scratch = await mkdtemp(join(tmpdir(), "alien-test-"))
try {
  const report = join(scratch, "report.json")
  const exit = await runChild(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...(system ? ["--passWithNoTests"] : []),
      ...vitestArguments,
    ],
    { cwd: root, environment: system ? { ALIEN_TEST_SYSTEM: "1" } : {} },
  )
  const counts = await read(report, exit)
  const { failed, reasons } = verdict(counts, { exit, system, ci: process.env.CI === "true" })
  for (const reason of reasons) process.stderr.write(`${reason}\n`)
  process.stdout.write(`${summaryLine(counts)}\n`)
  process.exitCode = failed ? 1 : 0
} finally {
  await rm(scratch, { recursive: true, force: true })
}

function split(given: readonly string[]): { arguments: string[]; system: boolean } {
  return { arguments: given.filter((argument) => argument !== "--system"), system: given.includes("--system") }
}

/** Reads Vitest's report. Without one nothing was run: fine when that was the outcome, one failure otherwise. */
async function read(report: string, exit: number): Promise<Counts> {
  const text = await readFile(report, "utf8").catch(() => undefined)
  if (text !== undefined) return countTests(JSON.parse(text), exit)
  return { passed: 0, failed: exit === 0 ? 0 : 1, skipped: 0 }
}
