import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { startLoad } from "../harness/load.ts"
import { deployProject, stackOf, writeProject } from "../harness/project.ts"
import { endpointTarget } from "../harness/target.ts"
import { workerSource } from "../harness/versions.ts"

/*
 * A new version gets a minute to become ready, and half of one before that to listen; real processes take it. The same
 * is told in no time beside the code that waits.
 */
let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const SILENT = `setInterval(() => console.log("waiting for the queue"), 5000)`
const answering = (version: string) => `
import { createServer } from "node:http"
createServer((_, response) => response.end("${version}")).listen(Number(process.env.PORT))
`
const files = (api: string, web: string) => ({
  "api.ts": api,
  "web.ts": web,
  "alien.ts": stackOf({
    api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web").readinessProbe({ method: "GET", path: "/health" })`,
    web: `new alien.Container("web").code(source("web.ts")).publicEndpoint("web", 8080)`,
  }),
})
const RESOURCES = ["api", "web"]

test("a release of which one answers 500 to its probe and one never listens leaves the old ones serving, and a rollback or a good release brings back `running`", async () => {
  const id = await deployProject(journey, "late", files(workerSource("one"), answering("one")))
  const loads = await Promise.all(RESOURCES.map(async (name) => startLoad(await journey.endpoint("late", name))))
  await Promise.all(loads.map((load) => load.seen("one")))

  const cwd = await writeProject(journey, "late", files(workerSource("bad", 500), SILENT))
  const { exit, stderr } = await journey.sandbox.alien(["deploy", "late", "--yes"], { cwd })
  expect(exit).toBe(1)
  expect(stderr).toContain("update_failed")
  const targets = async () => Promise.all(RESOURCES.map((name) => endpointTarget(journey, id, name)))
  await vi.waitFor(
    async () =>
      expect(await targets()).toMatchObject(
        RESOURCES.map(() => ({ state: "ready", status: "ok", code: "update_failed", on: "vendor" })),
      ),
    { timeout: 120_000, interval: 500 },
  )
  const [api, web] = await targets()
  expect(api?.message).toContain("GET http://127.0.0.1:")
  expect(api?.message).toContain("answered 500")
  expect(web?.message).toContain("does not listen on 127.0.0.1:")
  expect(web?.message).toContain("waiting for the queue")
  expect((await journey.client.deployment(id)).status).toBe("update-failed")

  expect((await journey.sandbox.alien(["rollback", "late"])).exit).toBe(0)
  expect(await journey.client.deployment(id)).toMatchObject({ status: "running", error: null })
  expect(await targets()).toMatchObject(RESOURCES.map(() => ({ state: "ready", code: null })))

  await deployProject(journey, "late", files(workerSource("two"), answering("two")))
  await Promise.all(loads.map((load) => load.round()))
  await Promise.all(loads.map((load) => load.stop()))
  for (const load of loads) {
    expect(load.failed).toEqual(new Set())
    expect(new Set(load.answers.map(({ body }) => body))).toEqual(new Set(["one", "two"]))
  }
}, 300_000)
