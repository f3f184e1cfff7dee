import { afterAll, beforeAll, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { staleAnswers, startLoad } from "../harness/load.ts"
import { deploymentIdOf, deployProject, stackOf, writeProject } from "../harness/project.ts"
import { endpointTarget } from "../harness/target.ts"
import { workerSource } from "../harness/versions.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const CRASHING = `throw new Error("DATABASE_URL is not set")\nexport default { fetch() {} }`
const files = (source: string) => ({
  "api.ts": source,
  "alien.ts": stackOf({ api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")` }),
})

async function deployBad(name: string) {
  const cwd = await writeProject(journey, name, files(CRASHING))
  return journey.sandbox.alien(["deploy", name, "--yes"], { cwd })
}

test("a release that crashes leaves the old version serving, `alien rollback` and a good release each bring back `running`, and no request fails", async () => {
  const id = await deployProject(journey, "shop", files(workerSource("one")))
  const load = await startLoad(await journey.endpoint("shop", "api"))
  await load.seen("one")

  const bad = await deployBad("shop")
  expect(bad.exit).toBe(1)
  expect(bad.stderr).toContain("update_failed")
  expect(bad.stderr).toContain("DATABASE_URL is not set")
  expect(await journey.client.deployment(id)).toMatchObject({
    status: "update-failed",
    error: { code: "update_failed", context: { code: "workload_crashed" } },
  })
  expect(await endpointTarget(journey, id, "api")).toMatchObject({
    state: "ready",
    status: "ok",
    code: "update_failed",
  })

  const { exit, stderr } = await journey.sandbox.alien(["rollback", "shop"])
  expect({ exit, stderr }).toMatchObject({ exit: 0 })
  const back = await journey.client.deployment(id)
  expect(back).toMatchObject({ status: "running", error: null })
  expect(back.currentReleaseId).toBe(back.desiredReleaseId)
  expect(await endpointTarget(journey, id, "api")).toMatchObject({ state: "ready", status: "ok", code: null })
  expect(await journey.processes(id)).toHaveLength(1)

  expect((await deployBad("shop")).exit).toBe(1)
  await deployProject(journey, "shop", files(workerSource("two")))
  await load.round()
  expect(await journey.client.deployment(id)).toMatchObject({ status: "running", error: null })
  await load.stop()
  expect(load.failed).toEqual(new Set())
  expect(staleAnswers(load, ["one", "two"])).toEqual([])
  expect(load.answers.at(-1)?.body).toBe("two")
  expect(await deploymentIdOf(journey, "shop")).toBe(id)
}, 120_000)
