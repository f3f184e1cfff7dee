import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deploymentIdOf, deployProject, stackOf, writeProject } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

/** Serves until it is asked to end at once. */
const web = `
require("node:http").createServer((request, response) => {
  response.end("hello")
  if (request.url === "/crash") setTimeout(() => { console.error("no database"); process.exit(3) }, 20)
}).listen(Number(process.env.PORT), "127.0.0.1")`
/** Lives longer than a look takes, and ends as if all were well. */
const job = `
console.log("done")
setTimeout(() => process.exit(0), 1200)`

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

test("a program that answers between its exits is failed, with what it exited with, counts and log lines", async () => {
  const id = await deployProject(journey, "loop", {
    "web.cjs": web,
    "alien.ts": stackOf({ web: `new alien.Container("web").code(source("web.cjs")).publicEndpoint("web", 8080)` }),
  })
  const { client, sandbox } = journey
  const endpoint = await journey.endpoint("loop", "web")
  const replicas = async () => (await client.info(id)).resources.web?.replicas
  for (const restarts of [1, 2, 3]) {
    const crash = async () => expect((await getVerified(endpoint, "/crash")).body).toBe("hello")
    await vi.waitFor(crash, { timeout: 15_000, interval: 100 })
    await vi.waitFor(async () => expect(await replicas()).toMatchObject([{ restarts }]), { timeout: 15_000 })
  }

  const target = await vi.waitFor(
    async () => {
      const { resources, status } = await client.info(id)
      expect(resources.web?.endpoints?.web?.state).toBe("failed")
      expect(status).toBe("update-failed")
      return resources.web?.endpoints?.web?.conditions.find(({ type }) => type === "target")
    },
    { timeout: 25_000, interval: 200 },
  )
  expect(target).toMatchObject({ status: "failed", on: "vendor", code: "workload_crashed" })
  expect(target?.message).toMatch(/exited with 3 \(3 exits so far\)[\s\S]*no database/)
  await vi.waitFor(async () => expect((await getVerified(endpoint, "/")).body).toBe("hello"), { timeout: 15_000 })
  expect((await client.info(id)).resources.web?.endpoints?.web?.state).toBe("failed")

  expect(await replicas()).toMatchObject([{ restarts: 3, crashLoop: true, lastExit: { code: 3, signal: null } }])
  const { stdout } = await sandbox.alien(["status", "loop"])
  expect(stdout).toContain("↻ web  3 restarts, the last after it exited with 3")
  const told = (await client.logs(id, { resource: "web" })).entries.filter(({ stream }) => stream === "platform")
  expect(told).toHaveLength(3)
  expect(told[0]?.line).toMatch(/^exited with 3 and is started again (at once|in 0\.5 s) \(1 restart so far\)$/)
}, 90_000)

test("a Daemon without ports that ends with 0 again and again fails the deploy, slower than it is looked at", async () => {
  const cwd = await writeProject(journey, "job", {
    "job.cjs": job,
    "alien.ts": stackOf({ job: `new alien.Daemon("job").code(source("job.cjs"))` }),
  })
  const deployed = await journey.sandbox.alien(["deploy", "job", "--yes"], { cwd })
  // It may have been well for as long as the deploy looked at it.
  if (deployed.exit !== 0) expect(deployed.stderr).toContain("workload_crashed")
  const id = await deploymentIdOf(journey, "job")
  const seen = await vi.waitFor(
    async () => {
      const info = await journey.client.info(id)
      expect(info.status).toMatch(/-failed$/)
      return info
    },
    { timeout: 25_000, interval: 200 },
  )
  expect(seen.error?.code).toBe("workload_crashed")
  expect(seen.resources.job?.replicas).toMatchObject([{ crashLoop: true, lastExit: { code: 0 } }])
}, 60_000)
