import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { staleAnswers, startLoad } from "../harness/load.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { programSource } from "../harness/versions.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const files = (version: string) => ({
  "program.ts": programSource(version),
  "alien.ts": stackOf({
    web: `new alien.Container("web").code(source("program.ts")).replicas(2).publicEndpoint("web", 8080)`,
  }),
})

const records = async () =>
  (await readdir(join(journey.sandbox.dataDirectory, "run"))).filter((name) => /^web_process_.*\.json$/.test(name))

test("kill -9 of the manager while a version starts and right after the switch: the next one finishes, and no request fails", async () => {
  const id = await deployProject(journey, "killed", files("one"))
  const load = await startLoad(await journey.endpoint("killed", "web"))
  await load.seen("one")
  const before = await records()

  const two = deployProject(journey, "killed", files("two"))
  const startedOne = async () => expect((await records()).filter((name) => !before.includes(name))).not.toEqual([])
  await vi.waitFor(startedOne, { timeout: 20_000, interval: 5 })
  await journey.kill()
  await journey.start()
  await two
  await load.seen("two")

  const three = deployProject(journey, "killed", files("three"))
  await load.seen("three")
  await journey.kill()
  await journey.start()
  await three
  await load.round()
  await load.stop()

  expect(load.failed).toEqual(new Set())
  expect(staleAnswers(load, ["one", "two", "three"])).toEqual([])
  const nodes = async () => (await journey.processes(id)).map(({ node }) => node).sort()
  await vi.waitFor(async () => expect(await nodes()).toEqual(["web/process", "web/process/2"]), { timeout: 20_000 })
}, 120_000)
