/**
 * How long the command takes to start: the median of N processes each, beside a bare Node in the same run.
 *
 *   npm run bench:cli [-- --runs 15]
 *
 * Prints a table and one JSON line. `alien list` asks a port on which nobody listens, so it is the time to load the
 * client and to fail.
 */
import { spawnSync } from "node:child_process"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { report } from "./report.ts"

const { values } = parseArgs({ options: { runs: { type: "string", default: "15" } } })
const runs = Number(values.runs)
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs} is no number of runs; give 1 or more`)

const alien = fileURLToPath(new URL("../bin/alien", import.meta.url))
const env = {
  PATH: process.env.PATH,
  ALIEN_HOME: tmpdir(),
  ALIEN_MANAGER_URL: `http://127.0.0.1:${await unusedPort()}`,
  ALIEN_TOKEN: "none",
}

/** Commands to measure, by name: arguments of Node, and the exit code that shows that it did what is measured. */
const cases: Record<string, { args: string[]; exit: number }> = {
  "node -e 0": { args: ["-e", "0"], exit: 0 },
  "alien --version": { args: [alien, "--version"], exit: 0 },
  "alien --help": { args: [alien, "--help"], exit: 0 },
  "alien list": { args: [alien, "list"], exit: 5 },
}

const times: Record<string, number[]> = {}
// In turn, so that a slow moment of the machine meets all of them.
for (let run = 0; run < runs; run++)
  for (const [name, { args, exit }] of Object.entries(cases)) {
    const started = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" })
    const time = performance.now() - started
    if (status !== exit) throw new Error(`${name} ended with ${status} and not ${exit}: ${stderr}`)
    times[name] = [...(times[name] ?? []), time]
  }

const bare = median(times["node -e 0"] ?? [])
report(
  "cli",
  Object.entries(times).flatMap(([command, taken]): [string, number][] => [
    [`${command}, median ms`, round(median(taken))],
    [`${command} ÷ node -e 0`, round(median(taken) / bare)],
  ]),
)

function median(taken: readonly number[]): number {
  const sorted = taken.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const [low, high] = sorted.length % 2 === 1 ? [middle, middle] : [middle - 1, middle]
  return ((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

async function unusedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === "object" && address ? address.port : 1
}
