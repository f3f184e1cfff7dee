import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

const FILES = {
  "api.ts": `export default { fetch: () => new Response("here") }`,
  "alien.ts": stackOf({
    api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web").readinessProbe({ path: "/health" })`,
  }),
}

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

test("a workload that is stopped while somebody watches is seen within two probes, and seen healed when it goes on", async () => {
  const id = await deployProject(journey, "watched", FILES)
  const endpoint = async () => (await journey.client.info(id)).resources.api?.endpoints?.web
  const reachable = async () => (await endpoint())?.conditions.find(({ type }) => type === "reachable")
  const probes = (since: string) => journey.client.logs(id, { access: "true", since })
  const [running] = await journey.processes(id)
  const pid = running?.pid ?? 0

  const { cursor } = await probes((await journey.client.logs(id, { access: "true" })).cursor)
  process.kill(pid, "SIGSTOP")
  try {
    const failed = await vi.waitFor(
      async () => {
        const seen = await reachable()
        expect(seen).toMatchObject({ status: "failed", code: "probe_failed" })
        return seen
      },
      { timeout: 25_000, interval: 200 },
    )
    expect((await probes(cursor)).entries.filter(({ line }) => line.includes("/health")).length).toBeLessThanOrEqual(2)
    expect(failed?.message).toContain("no answer within")
    expect(await endpoint()).toMatchObject({ state: "failed" })
    expect((await journey.sandbox.alien(["status", "watched"])).exit).toBe(1)
  } finally {
    process.kill(pid, "SIGCONT")
  }
  await vi.waitFor(async () => expect(await endpoint()).toMatchObject({ state: "ready" }), {
    timeout: 25_000,
    interval: 200,
  })
  expect(await reachable()).toMatchObject({ status: "ok" })
  expect(await getVerified(await journey.endpoint("watched", "api"), "/")).toMatchObject({ status: 200, body: "here" })
  expect((await journey.processes(id))[0]?.pid).toBe(pid)
}, 70_000)
