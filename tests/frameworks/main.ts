/**
 * `npm run frameworks [-- --only express,go]`: deploys the projects of `cases/` on this machine, calls them, and writes
 * docs/what-runs.md when all of them were run. Needs the npm registry, Python, Go, Podman and root. Exit code 1 when one failed.
 */
import { writeFile } from "node:fs/promises"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { screen, step } from "../harness/screen.ts"
import { CASES } from "./cases.ts"
import { openMachine } from "./machine.ts"
import { page } from "./page.ts"
import { runCase } from "./run-case.ts"

const { values } = parseArgs({ options: { only: { type: "string" } } })
const chosen = values.only?.split(",")
const unknown = chosen?.filter((name) => !CASES.some((tried) => tried.name === name)) ?? []
if (unknown.length > 0)
  throw new Error(`--only ${unknown.join(",")}: give some of ${CASES.map(({ name }) => name).join(", ")}`)

await using machine = await openMachine()
const runs: Parameters<typeof page>[0][number][] = []
for (const tried of CASES.filter(({ name }) => chosen?.includes(name) ?? true)) {
  try {
    const outcome = await step(
      tried.title,
      () => runCase(machine, tried),
      ({ versions }) => versions.join(", "),
    )
    const wrong = outcome.answers.filter(({ body }, at) => !body.includes(tried.calls[at]?.answers ?? ""))
    for (const { path, status, body } of wrong) screen.failed(`${path} answered ${status} ${body.slice(0, 500)}`)
    if (wrong.length === 0) runs.push({ tried, outcome })
  } catch (error) {
    screen.failed(error instanceof Error ? error.message : String(error))
  }
}
if (runs.length === CASES.length) await writeFile(resolve(import.meta.dirname, "../../docs/what-runs.md"), page(runs))
if (runs.length < (chosen?.length ?? CASES.length)) process.exitCode = 1
