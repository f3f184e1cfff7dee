import { watch } from "node:fs"
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

/** Moments of a deploy, told by what it leaves in the data directory. */
test.each([
  ["process", "run", /^shop_process_.*\.json$/],
  ["certificate", "gateway", /killed-at-certificate/],
  ["route", "gateway", /^routes\.json$/],
])(
  "kill -9 of the manager right after the %s: the next one finishes, nothing is doubled, no request fails",
  async (moment, part, file) => {
    const name = `killed-at-${moment}`
    const happened = written(join(journey.sandbox.dataDirectory, part), file)
    const deploying = journey.sandbox.alien(["deploy", name, "--yes", "--json"], { cwd: folder })
    await happened
    await journey.kill()
    await journey.start()
    const { exit, stdout } = await deploying
    expect(stdout.trimEnd().split("\n").at(-1)).toContain('"verdict":"ready"')
    expect(exit).toBe(0)

    const endpoint = await journey.endpoint(name, "shop")
    expect(JSON.parse((await getVerified(endpoint, "/")).body)).toMatchObject({ version: 1, url: endpoint.url })
    const { items } = await journey.client.deployments({ name })
    expect(items).toHaveLength(1)
    expect(await journey.processes(items[0]?.id ?? "")).toMatchObject([{ node: "shop/process" }])
    expect(steady.failed).toEqual(new Set())
  },
  60_000,
))

/** Resolves when a file whose name matches is written or renamed into place under a directory. */
function written(directory: string, file: RegExp): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(directory, { recursive: true }, (_, name) => {
      if (name === null || !file.test(name)) return
      watcher.close()
      resolve()
    })
  })
}
