import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { z } from "zod"
import { endpointsOf } from "../tests/harness/endpoint.ts"
import { runOrThrow } from "../tests/harness/example-stacks.ts"
import { openSandbox, type Sandbox } from "../tests/harness/sandbox.ts"
import { openLocalRuntime } from "../tests/harness/sandbox-platform.ts"
import { getVerified } from "../tests/harness/verified-https.ts"
import { bareStart } from "./bare-start.ts"
import { median, round } from "./numbers.ts"
import { residentMiB } from "./processes.ts"
import { writeUpdateStack } from "./update-stack.ts"

const RUNS = 3
const DEPLOYMENTS = 3

/**
 * Measures one more deployment beside others, the restart of a killed gateway, and memory; returns rows of the report.
 */
export async function measureServe(): Promise<[string, number][]> {
  await using sandbox = await openSandbox()
  await sandbox.serve()
  const folder = join(sandbox.directory, "bench")
  await writeUpdateStack(folder, "version 1")
  const deploys: number[] = []
  for (let index = 0; index < DEPLOYMENTS; index++) {
    const began = performance.now()
    await runOrThrow(sandbox, ["deploy", `bench-${index}`, "--yes"], { cwd: folder })
    deploys.push(performance.now() - began)
  }
  const main = fileURLToPath(import.meta.resolve("@alienplatform/runtime/main"))
  const artifact = await artifactOf(sandbox)
  const starts: number[] = []
  for (let time = 0; time < RUNS; time++) starts.push(await bareStart(process.execPath, [main, artifact]))
  // Once: what is killed again soon is started again later.
  const restart = await killGateway(sandbox)
  const { manager, supervisor, gateway } = await pidsOf(sandbox)
  const more = deploys.slice(1)
  return [
    ["one more deployment ÷ bare start of its process", round(median(more) / median(starts))],
    ["one more deployment, ms", round(median(more))],
    ["bare start of its process, ms", round(median(starts))],
    ["gateway killed to its next answer ÷ bare start of a Worker", round(restart / median(starts))],
    ["gateway killed to its next answer, ms", round(restart)],
    ["manager, MiB", await residentMiB(manager)],
    ["supervisor, MiB", await residentMiB(supervisor)],
    ["gateway, MiB", await residentMiB(gateway)],
  ]
}

/** Directory of the Worker's unpacked artifact: the one with a manifest. */
async function artifactOf({ dataDirectory }: Sandbox): Promise<string> {
  const directory = join(dataDirectory, "artifacts")
  for (const name of await readdir(directory)) {
    const manifest = await readFile(join(directory, name, "manifest.json"), "utf8").catch(() => "{}")
    if (JSON.parse(manifest).kind === "worker") return join(directory, name)
  }
  throw new Error(`${directory} has no Worker`)
}

async function killGateway(sandbox: Sandbox): Promise<number> {
  const [endpoint] = endpointsOf(await runOrThrow(sandbox, ["info", "bench-0", "--json"]))
  if (!endpoint) throw new Error("bench-0 has no endpoint")
  const { gateway } = await pidsOf(sandbox)
  const began = performance.now()
  process.kill(gateway, "SIGKILL")
  while (!(await getVerified(endpoint, "/").catch(() => undefined))) await setTimeout(5)
  return performance.now() - began
}

async function pidsOf({ home, dataDirectory }: Sandbox) {
  const { context } = await openLocalRuntime({ home, dataDirectory })
  const { supervisor } = context.local
  const { pid: manager } = z
    .object({ pid: z.int() })
    .parse(JSON.parse(await readFile(join(dataDirectory, "lock.json"), "utf8")))
  return { manager, supervisor: (await supervisor.health()).pid, gateway: (await supervisor.get("gateway"))?.pid ?? 0 }
}
