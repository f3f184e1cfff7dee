import { afterAll, beforeAll, expect, test } from "vitest"
import type { Endpoint } from "../harness/endpoint.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { type Load, staleAnswers, startLoad } from "../harness/load.ts"
import { deployProject } from "../harness/project.ts"
import { type Answer, getVerified } from "../harness/verified-https.ts"
import { threeResources } from "../harness/versions.ts"

const RESOURCES = ["api", "web", "agent"]

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

/** Processes that answer for the Container, of enough requests that each has its turn. */
async function replicas(endpoint: Endpoint): Promise<Set<string>> {
  const answers = await Promise.all(Array.from({ length: 8 }, () => getVerified(endpoint, "/pid")))
  return new Set(answers.map(({ body }) => body))
}

const running = async (id: string, node: RegExp) =>
  (await journey.processes(id)).filter((process) => node.test(process.node)).map(({ pid }) => String(pid))

test("a release of a Worker, a Container of two and a Daemon fails no request, and none goes back to the old version", async () => {
  const id = await deployProject(journey, "moving", threeResources({ version: "one" }))
  const loads: Load[] = []
  for (const resource of RESOURCES) loads.push(await startLoad(await journey.endpoint("moving", resource)))
  await Promise.all(loads.map((load) => load.seen("one")))
  await deployProject(journey, "moving", threeResources({ version: "two" }))
  await Promise.all(loads.map((load) => load.round()))
  await Promise.all(loads.map((load) => load.stop()))
  for (const load of loads) {
    expect(load.failed).toEqual(new Set())
    expect(new Set(load.answers.map(({ body }) => body))).toEqual(new Set(["one", "two"]))
    expect(staleAnswers(load, ["one", "two"])).toEqual([])
    expect(load.answers.at(-1)?.body).toBe("two")
  }
  const web = await journey.endpoint("moving", "web")
  expect(await replicas(web)).toEqual(new Set(await running(id, /^web\/process/)))

  const load = await startLoad(web)
  for (const count of [3, 1]) {
    await deployProject(journey, "moving", threeResources({ version: "two", replicas: count }))
    const answering = await replicas(web)
    expect(answering.size).toBe(count)
    expect(answering).toEqual(new Set(await running(id, /^web\/process/)))
  }
  await load.round()
  await load.stop()
  expect(load.failed).toEqual(new Set())
}, 120_000)

test("a gateway that is killed is started again, and serves the same URL with the same processes", async () => {
  const id = await deployProject(journey, "steady", threeResources({ version: "one" }))
  const web = await journey.endpoint("steady", "web")
  const before = await running(id, /./)
  const [gateway] = await journey.processes("gateway")
  process.kill(gateway?.pid ?? 0, "SIGKILL")
  const serves = (): Promise<Answer> => getVerified(web, "/").catch(() => serves())
  expect(await serves()).toMatchObject({ status: 200, body: "one" })
  expect(await running(id, /./)).toEqual(before)
}, 60_000)
