import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { keepAsking, type Requests } from "../harness/requests.ts"
import { versionedHandler, writeStack } from "../harness/stack.ts"
import { getVerified } from "../harness/verified-https.ts"

let journey: Journey
let folder: string
let steady: Requests

beforeAll(async () => {
  journey = await startJourney()
  folder = await writeStack(journey, versionedHandler(1))
  const { exit } = await journey.sandbox.alien(["deploy", "steady", "--yes"], { cwd: folder })
  expect(exit).toBe(0)
  steady = await keepAsking(await journey.endpoint("steady", "shop"))
}, 60_000)
afterAll(async () => {
  await steady?.stop()
  await journey[Symbol.asyncDispose]()
}, 60_000)

/** Moments of a deploy, told by a file under the data directory that names the deployment from then on. */
const MOMENTS: Readonly<Record<string, { directory: string; file: RegExp }>> = {
  process: { directory: "run", file: /^shop_process_.*\.json$/ },
  certificate: { directory: "gateway/certificates", file: /certificate\.json$/ },
  route: { directory: "gateway", file: /^routes\.json$/ },
}

test("kill -9 of the manager at any moment of a deploy: the next one finishes it, doubles nothing and fails no request", async () => {
  const deploying = new Map<string, ReturnType<Journey["sandbox"]["alien"]>>()
  for (const [moment, { directory, file }] of Object.entries(MOMENTS)) {
    const name = `killed-at-${moment}`
    deploying.set(name, journey.sandbox.alien(["deploy", name, "--yes", "--json"], { cwd: folder }))
    while (!(await names(join(journey.sandbox.dataDirectory, directory), file, name))) await setTimeout(5)
    await journey.kill()
    await journey.start()
  }
  for (const [name, ended] of deploying) {
    const { exit, stdout } = await ended
    expect(stdout.trimEnd().split("\n").at(-1)).toContain('"verdict":"ready"')
    expect(exit).toBe(0)
    const endpoint = await journey.endpoint(name, "shop")
    expect(JSON.parse((await getVerified(endpoint, "/")).body)).toMatchObject({ version: 1, url: endpoint.url })
    const { items } = await journey.client.deployments({ name })
    expect(items).toHaveLength(1)
    expect(await journey.processes(items[0]?.id ?? "")).toMatchObject([{ node: "shop/process" }])
  }
  expect(steady.failed).toEqual(new Set())
}, 90_000)

/** Does a file below the directory contain the text yet? */
async function names(directory: string, wanted: RegExp, text: string): Promise<boolean> {
  const files = await readdir(directory, { recursive: true }).catch(() => [])
  const texts = files
    .filter((file) => wanted.test(file))
    .map((file) => readFile(join(directory, file), "utf8").catch(() => ""))
  return (await Promise.all(texts)).some((content) => content.includes(text))
}
