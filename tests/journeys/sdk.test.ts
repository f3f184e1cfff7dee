import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

/** What the SDK says of each resource that is asked for by `/?type=id&…`, and of the workload itself. */
const ASKING = `
import { container, daemon, func, publicEndpoints, worker } from "@alienplatform/sdk"
const kinds = { container, daemon, func, worker }
export const answer = async (query) => {
  const resources = {}
  for (const [kind, id] of new URLSearchParams(query)) {
    const found = await kinds[kind](id).catch(({ code }) => code)
    resources[id] = typeof found === "string" ? found : { url: await found.getUrl(), endpoints: await found.getEndpoints() }
  }
  return JSON.stringify({ resources, own: await publicEndpoints() })
}
`
const FILES = {
  "asking.ts": ASKING,
  "api.ts": `
import { answer } from "./asking.ts"
const { setTimeout } = globalThis
const later = []
globalThis.setTimeout = (call, ms, ...rest) => {
  if (ms >= 10_000) later.push(call)
  return setTimeout(call, ms, ...rest)
}
export default {
  async fetch({ url }) {
    const { pathname, search } = new URL(url)
    if (pathname === "/later") for (const call of later.splice(0)) call()
    return new Response(await answer(search))
  },
}`,
  "web.ts": `
import { createServer } from "node:http"
import { answer } from "./asking.ts"
createServer(async ({ url }, response) => response.end(await answer(url.split("?")[1]))).listen(Number(process.env.ALIEN_PORT_WEB))
createServer().listen(Number(process.env.ALIEN_PORT_WIRE))
`,
  "agent.ts": `
import { createServer } from "node:http"
import { answer } from "./asking.ts"
createServer(async ({ url }, response) => response.end(await answer(url.split("?")[1]))).listen(Number(process.env.PORT))
`,
}
const DECLARED = {
  api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web").link("web").link("agent").link("api")`,
  web: `new alien.Container("web").code(source("web.ts")).publicEndpoint("web", 8080).publicEndpoint("wire", 9000, "tcp")
    .link("api").link("agent")`,
  agent: `new alien.Daemon("agent").code(source("agent.ts")).publicEndpoint("metrics", 9100).link("api").link("web")`,
}

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

/** `/later` of the Worker is half a minute later: what the SDK put off until then happens now. */
async function ask(name: string, resource: string, query: string, path = "/") {
  const { body } = await getVerified(await journey.endpoint(name, resource), `${path}?${query}`)
  return JSON.parse(body)
}

/** Expected URLs by resource, as the SDK must return them. */
async function told(id: string) {
  const { resources } = await journey.client.info(id)
  return Object.fromEntries(
    Object.entries(resources).map(([resource, { publicUrl, publicEndpoints = {} }]) => {
      const endpoints = Object.entries(publicEndpoints).map(([name, { url, host }]) => [name, { url, host }])
      return [resource, { url: publicUrl, endpoints: Object.fromEntries(endpoints) }]
    }),
  )
}

test("the SDK's answer from inside equals `/info` for every endpoint, whichever workload asks", async () => {
  const expected = await told(await deployProject(journey, "asking", { ...FILES, "alien.ts": stackOf(DECLARED) }))
  expect(Object.keys(expected).sort()).toEqual(["agent", "api", "web"])
  for (const resource of ["api", "web", "agent"]) {
    const { resources, own } = await ask("asking", resource, "worker=api&container=web&daemon=agent")
    expect(resources).toEqual(expected)
    expect(own).toEqual(expected[resource]?.endpoints)
  }
}, 60_000)

test("an endpoint and a neighbour that a new release adds are seen by a workload that keeps running", async () => {
  const { api, agent } = DECLARED
  const declared = { api: api.replace(`.link("web")`, ""), agent: agent.replace(`.link("web")`, "") }
  const id = await deployProject(journey, "growing", { ...FILES, "alien.ts": stackOf(declared) })
  const running = async () => (await journey.processes(id)).find(({ node }) => node === "api/process")?.pid
  const before = await running()
  // After its first answer it asks in the background alone.
  expect((await ask("growing", "api", "worker=late")).resources.late).toBe("resource_unknown")

  await deployProject(journey, "growing", {
    "late.ts": `export default { fetch: () => new Response("late") }`,
    "agent.ts": `${FILES["agent.ts"]}createServer().listen(Number(process.env.ALIEN_PORT_ADMIN))`,
    "alien.ts": stackOf({
      ...declared,
      agent: `${declared.agent}.publicEndpoint("admin", 9200, "tcp")`,
      late: `new alien.Worker("late").code(source("late.ts")).publicEndpoint("web")`,
    }),
  })
  const expected = await told(id)
  expect(Object.keys(expected.agent?.endpoints ?? {}).sort()).toEqual(["admin", "metrics"])
  await vi.waitFor(
    async () => {
      const { resources } = await ask("growing", "api", "worker=late&daemon=agent", "/later")
      expect(resources).toEqual({ late: expected.late, agent: expected.agent })
    },
    { timeout: 20_000 },
  )
  expect(await running()).toBe(before)
}, 60_000)
