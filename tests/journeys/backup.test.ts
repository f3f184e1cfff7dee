import { existsSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { reservePorts } from "../harness/ports.ts"
import { keepAsking } from "../harness/requests.ts"
import { type RunningServe, serve } from "../harness/serve.ts"
import { versionedHandler, writeStack } from "../harness/stack.ts"
import { stopLocal } from "../harness/stop-local.ts"
import { getVerified } from "../harness/verified-https.ts"

let journey: Journey
let copy: string
let served: RunningServe | undefined
beforeAll(async () => {
  journey = await startJourney()
  copy = join(journey.sandbox.directory, "backup")
  const cwd = await writeStack(journey, versionedHandler(1))
  const { exit } = await journey.sandbox.alien(["deploy", "kept", "--yes"], { cwd })
  expect(exit).toBe(0)
}, 60_000)
afterAll(async () => {
  await served?.stop()
  if (existsSync(copy)) await stopLocal({ home: journey.sandbox.home, dataDirectory: copy })
  await journey[Symbol.asyncDispose]()
}, 60_000)

test("a backup of what runs fails no request, is refused beside the original, and goes on in its place", async () => {
  const { alien, dataDirectory, directory, environment } = journey.sandbox
  const steady = await keepAsking(await journey.endpoint("kept", "shop"))
  const made = await alien(["backup", copy, "--json"])
  await steady.stop()
  expect([made.exit, steady.failed]).toEqual([0, new Set()])
  const { result } = JSON.parse(made.stdout.trimEnd().split("\n").at(-1) ?? "")
  expect(result).toMatchObject({ directory: copy, contents: { key: true, artifacts: { count: 1 } } })

  const refused = async (why: string) => {
    const { exit, stderr } = await alien(["serve", "--data", copy])
    expect([exit, stderr.replaceAll(/\s+/g, " ")]).toEqual([1, expect.stringContaining(why)])
  }
  await refused("its manager runs")
  await journey.kill()
  await refused("what it deployed runs")
  expect((await alien(["stop", "--data", dataDirectory])).exit).toBe(0)

  await reservePorts({ ...journey.sandbox, dataDirectory: copy })
  served = await serve(copy, { cwd: directory, environment })
  expect(served.token).toBeUndefined()
  // With the token that the user has, at the address that the copy got.
  expect(await alien(["wait", "kept"])).toMatchObject({ exit: 0 })
  const endpoint = await journey.endpoint("kept", "shop")
  expect(JSON.parse((await getVerified(endpoint, "/")).body)).toMatchObject({ version: 1, url: endpoint.url })
  const original = await alien(["serve", "--data", dataDirectory])
  expect([original.exit, original.stderr]).toEqual([1, expect.stringContaining("installation_running")])
}, 90_000)
