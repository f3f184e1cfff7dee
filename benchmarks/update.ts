/**
 * Constant load over releases: nothing may fail, and what it costs those who ask meanwhile.
 *
 *   npm run bench:update [-- --releases 4] [--rate 400]
 *
 * A Worker and a Container with two replicas change together, each asked over HTTP/1.1 and HTTP/2 at a fixed rate, from
 * a process of its own. A late request counts its lateness. Prints a table and one JSON line; exits with 1 when a
 * request failed.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { createClient } from "@alienplatform/api"
import { z } from "zod"
import { type Endpoint, endpointsOf } from "../tests/harness/endpoint.ts"
import { runOrThrow } from "../tests/harness/example-stacks.ts"
import { openSandbox } from "../tests/harness/sandbox.ts"
import { bareStart } from "./bare-start.ts"
import type { Lane } from "./lane.ts"
import { startLoad } from "./load.ts"
import { median, percentile, round } from "./numbers.ts"
import { report } from "./report.ts"
import { writeUpdateStack } from "./update-stack.ts"

const { values } = parseArgs({
  options: { releases: { type: "string", default: "4" }, rate: { type: "string", default: "400" } },
})
const [releases, rate] = [Number(values.releases), Number(values.rate)]
if (!Number.isInteger(releases) || releases < 1) throw new Error(`--releases ${values.releases}: give 1 or more`)
if (!(rate >= 8 && rate <= 5_000)) throw new Error(`--rate ${values.rate}: give 8 to 5000 requests a second in all`)

/** How long the endpoints are loaded before the first release and after the last, ms. */
const SETTLE_MS = 2_500
const CONNECTIONS = 2
const versions = Array.from({ length: releases + 1 }, (_, index) => `version ${index + 1}`)
/** The part of a release that tells which artifact its Worker is. */
const Config = z.object({ config: z.object({ code: z.object({ sha256: z.string() }) }) })
const WithWorker = z.object({ stack: z.object({ local: z.object({ resources: z.object({ api: Config }) }) }) })
const now = () => performance.timeOrigin + performance.now()

await using sandbox = await openSandbox()
const { url, token = "" } = await sandbox.serve()
const client = createClient({ url, token })
const folder = join(sandbox.directory, "bench")
const made: string[] = []
for (const version of versions) {
  await writeUpdateStack(folder, version)
  made.push((await runOrThrow(sandbox, ["release"], { cwd: folder })).trim())
}
const [first = "", ...later] = made
const { deployment } = await client.createDeployment({ name: "bench", platform: "local", releaseId: first })
await runOrThrow(sandbox, ["wait", "bench", "--for", "ready"])
const endpoints = endpointsOf(await runOrThrow(sandbox, ["info", "bench", "--json"]))

const load = await startLoad(await Promise.all(endpoints.flatMap((one) => [lane(one, "http/1.1"), lane(one, "h2")])))
await setTimeout(SETTLE_MS)
const starts = [await startOfWorker(first), await startOfWorker(first), await startOfWorker(first)]
const settled = now()
await setTimeout(SETTLE_MS)

const updates: { asked: number; switched: number[]; done: number }[] = []
for (const [index, releaseId] of later.entries()) {
  const version = versions[index + 1] ?? ""
  const asked = now()
  const seen = Promise.all(endpoints.map(({ resource }) => load.seen(`${resource} http/1.1`, version)))
  await client.redeploy(deployment.id, { releaseId })
  const switched = (await seen).map((at) => at - asked)
  while ((await client.deployment(deployment.id)).status !== "running") await setTimeout(20)
  updates.push({ asked, switched, done: now() })
  await setTimeout(SETTLE_MS)
}
const samples = Object.values(await load.stop())

const phases = { before: [] as number[], during: [] as number[], after: [] as number[] }
for (const { at, ms } of samples)
  for (const [index, due] of at.entries()) {
    const phase = phaseOf(due)
    if (phase) phases[phase].push(ms[index] ?? 0)
  }
const failed = samples.flatMap((sample) => Object.entries(sample.failed))
const failures = failed.reduce((sum, [, count]) => sum + count, 0)
const times = (share: number) => {
  const [before, during, after] = [phases.before, phases.during, phases.after].map((some) => percentile(some, share))
  return { before: before ?? 0, during: during ?? 0, after: after ?? 0 }
}
const [p50, p99] = [times(0.5), times(0.99)]
const start = median(starts)
const toSwitch = (resource: number) => median(updates.map(({ switched }) => switched[resource] ?? 0))
report("update", [
  ["releases", releases],
  ["requests", samples.reduce((sum, { at }) => sum + at.length, failures)],
  ["failed", failures],
  ["p50 during ÷ before", round(p50.during / p50.before)],
  ["p50 after ÷ before", round(p50.after / p50.before)],
  ["p99 during ÷ before", round(p99.during / p99.before)],
  ["p99 after ÷ before", round(p99.after / p99.before)],
  ["p50 before, ms", round(p50.before)],
  ["p50 during, ms", round(p50.during)],
  ["p99 before, ms", round(p99.before)],
  ["p99 during, ms", round(p99.during)],
  ["start of the Worker's process to its first answer, ms", round(start)],
  ...endpoints.flatMap(({ resource }, index): [string, number][] => [
    [`${resource}: release to its first new answer ÷ start`, round(toSwitch(index) / start)],
    [`${resource}: release to its first new answer, ms`, round(toSwitch(index))],
  ]),
  ["release to running ÷ start", round(median(updates.map(({ asked, done }) => done - asked)) / start)],
])
for (const [what, count] of failed) console.error(`${count} × ${what}`)
if (failures > 0) process.exitCode = 1

/**
 * The phase of a request by when it was due: during a release, or in the quiet before the first or after any; undefined
 * between.
 */
function phaseOf(at: number): keyof typeof phases | undefined {
  const release = updates.findLast(({ asked }) => at >= asked)
  if (!release) return at >= settled ? "before" : undefined
  return at <= release.done ? "during" : "after"
}

async function lane(endpoint: Endpoint, protocol: "http/1.1" | "h2"): Promise<Lane> {
  const authority = await readFile(endpoint.certificateAuthorityFile, "utf8")
  const { address, port, resource } = endpoint
  const streams = protocol === "h2" ? 2 : 1
  return {
    name: `${resource} ${protocol}`,
    target: { protocol, url: endpoint.url, address, port, authority },
    connections: CONNECTIONS,
    streams,
    rate: rate / (4 * CONNECTIONS * streams),
  }
}

/** Measures the start of the Worker's process alone, as the platform starts it, in ms. */
async function startOfWorker(releaseId: string): Promise<number> {
  const { stack } = WithWorker.parse(await client.release(releaseId))
  const main = fileURLToPath(import.meta.resolve("@alienplatform/runtime/main"))
  const artifact = stack.local.resources.api.config.code.sha256
  return bareStart(process.execPath, [main, join(sandbox.dataDirectory, "artifacts", artifact)])
}
