import { afterAll, beforeAll, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deploymentIdOf, deployProject, stackOf, writeProject } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"
import { workerSource } from "../harness/versions.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const files = {
  "api.ts": workerSource("one"),
  "agent.ts": workerSource("agent"),
  "alien.ts": stackOf({
    api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")`,
    agent: `new alien.Worker("agent").code(source("agent.ts"))`,
  }),
}

test("a deployment that was forgotten goes on serving, and once it is adopted its processes and URLs are its own again", async () => {
  const id = await deployProject(journey, "shop", files)
  const set = await journey.sandbox.alien(["env", "set", "shop", "COLOUR=red", "--wait"])
  expect(set).toMatchObject({ exit: 0 })
  const endpoint = await journey.endpoint("shop", "api")
  const processes = await journey.processes(id)
  expect(processes.length).toBeGreaterThanOrEqual(2)

  const forgotten = await journey.sandbox.alien(["destroy", "shop", "--forget", "--yes"])
  expect(forgotten).toMatchObject({ exit: 0, stdout: expect.stringContaining(`alien deploy shop --adopt ${id}`) })
  expect((await journey.client.deployments()).items).toEqual([])
  expect(await getVerified(endpoint, "/")).toMatchObject({ status: 200, body: "one" })

  const cwd = await writeProject(journey, "shop", files)
  const planned = await journey.sandbox.alien(["plan", "shop", "--adopt", id, "--json"], { cwd })
  const { summary, actions } = JSON.parse(planned.stdout).plan
  expect(summary).toMatchObject({ create: 0, replace: 0, delete: 0, adopt: 3 })
  // Only a run asks a gate, so a plan cannot know what follows from its answer.
  const updates = actions.filter(({ action }: { action: string }) => action === "update")
  expect(updates).toMatchObject([{ node: "api/route/api.shop.localhost", changes: [{ field: "upstreams" }] }])
  expect(updates[0].changes[0].to).toContain("(after api/readiness)")

  const adopted = await journey.sandbox.alien(["deploy", "shop", "--adopt", id, "--yes"], { cwd })
  expect(adopted).toMatchObject({ exit: 0 })
  expect(await deploymentIdOf(journey, "shop")).toBe(id)
  expect(await journey.processes(id)).toEqual(processes)
  expect(await journey.endpoint("shop", "api")).toEqual(endpoint)
  expect(await getVerified(endpoint, "/")).toMatchObject({ status: 200, body: "one" })

  expect(await journey.sandbox.alien(["destroy", "shop", "--yes"])).toMatchObject({ exit: 0 })
  expect(await journey.processes(id)).toEqual([])
}, 120_000)
