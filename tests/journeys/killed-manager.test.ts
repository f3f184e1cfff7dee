import { watch } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { getVerified } from "../../scripts/demo/https.ts"
import { type Journey, startJourney } from "./support/journey.ts"
import { keepAsking, type Requests } from "./support/requests.ts"
import { answering, writeStack } from "./support/stack.ts"

let journey: Journey
let folder: string
let steady: Requests

beforeAll(async () => {
  journey = await startJourney()
  folder = await writeStack(journey, answering(1))
  const { exit } = await journey.sandbox.alien(["deploy", "steady", "--yes"], { cwd: folder })
  expect(exit).toBe(0)
  steady = await keepAsking(await journey.endpoint("steady", "shop"))
}, 60_000)
afterAll(async () => {
  await steady?.stop()
  await journey[Symbol.asyncDispose]()
}, 60_000)

/** Moments of a deploy, told by the file that it has just written under the data directory. */
const MOMENTS: Readonly<Record<string, (name: string, text: string) => boolean>> = {
  process: (name) => /^run\/shop_process_.*\.json$/.test(name),
  certificate: (name) => name.startsWith("gateway/certificates/") && name.includes("killed-at-certificate"),
  route: (name, text) => name === "gateway/routes.json" && text.includes("killed-at-route"),
}

test("kill -9 of the manager at any moment of a deploy: the next one finishes it, doubles nothing and fails no request", async () => {
  const deploying = new Map<string, ReturnType<Journey["sandbox"]["alien"]>>()
  for (const [moment, isNow] of Object.entries(MOMENTS)) {
    const name = `killed-at-${moment}`
    const now = written(journey.sandbox.dataDirectory, isNow)
    deploying.set(name, journey.sandbox.alien(["deploy", name, "--yes", "--json"], { cwd: folder }))
    await now
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

/** Resolves when a file that is wanted is written or renamed into place, at any depth. */
function written(directory: string, wanted: (name: string, text: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(directory, { recursive: true }, async (_, name) => {
      if (name === null) return
      const text = await readFile(join(directory, name), "utf8").catch(() => "")
      if (!wanted(name, text)) return
      watcher.close()
      resolve()
    })
  })
}
