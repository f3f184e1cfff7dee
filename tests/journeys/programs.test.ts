import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

const WEB = `
import { createServer } from "node:http"
import { createServer as createTcpServer } from "node:net"
let healthy = true
createServer((request, response) => {
  if (request.url === "/break") healthy = false
  if (request.url === "/health" && !healthy) response.statusCode = 500
  response.end(String(process.pid))
}).listen(Number(process.env.ALIEN_PORT_WEB))
createTcpServer((socket) => socket.pipe(socket)).listen(Number(process.env.ALIEN_PORT_ECHO))
console.log("web is up")
`
const AGENT = `
import { createServer } from "node:http"
createServer((_, response) => response.end("agent " + process.pid)).listen(Number(process.env.PORT))
console.log("agent is up")
`
const FILES = {
  "api.ts": `console.log("api is up")\nexport default { fetch: () => new Response("api " + process.pid) }`,
  "web.ts": WEB,
  "agent.ts": AGENT,
  "alien.ts": stackOf({
    api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("api")`,
    web: `new alien.Container("web").code(source("web.ts")).replicas(2).publicEndpoint("web", 8080)
      .publicEndpoint("echo", 9000, "tcp").healthCheck({ failureThreshold: 1 })`,
    agent: `new alien.Daemon("agent").code(source("agent.ts")).publicEndpoint("metrics", 9100)`,
  }),
}

let journey: Journey
let id: string
beforeAll(async () => {
  journey = await startJourney()
  id = await deployProject(journey, "mixed", FILES)
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const ask = async (resource: string, path = "/") => {
  const { status, body } = await getVerified(await journey.endpoint("mixed", resource), path)
  return { status, body }
}

/** Process numbers by node, of those that run. */
const pids = async () =>
  Object.fromEntries((await journey.processes(id)).map(({ node, pid }) => [node, String(pid)] as const))

/** Ids of the processes that answer for the Container, of enough requests that each has its turn. */
const answering = async () => new Set(await Promise.all(Array.from({ length: 6 }, async () => (await ask("web")).body)))

async function echoed(words: string): Promise<string> {
  const url = (await journey.client.info(id)).resources.web?.publicEndpoints?.echo?.url ?? ""
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port) })
  socket.end(words)
  return text(socket)
}

test("a Worker, both replicas of a Container, a Daemon and a tcp endpoint all answer at the URLs of `info`", async () => {
  const running = await pids()
  expect(await ask("api")).toEqual({ status: 200, body: `api ${running["api/process"]}` })
  expect(await ask("agent")).toEqual({ status: 200, body: `agent ${running["agent/process"]}` })
  expect(await answering()).toEqual(new Set([running["web/process"], running["web/process/2"]]))
  expect(await echoed("passed through")).toBe("passed through")
})

test("`alien logs` shows what each of them wrote, and of one resource that alone", async () => {
  const logs = async (...args: string[]) => (await journey.sandbox.alien(["logs", "mixed", ...args])).stdout
  const all = await logs()
  for (const line of ["api is up", "web is up", "agent is up"]) expect(all).toContain(line)
  const one = await logs("agent")
  expect(one).toContain("agent is up")
  expect(one).not.toContain("web is up")
})

test("a replica that fails its health check is started again while the other serves", async () => {
  const { body: broken } = await ask("web", "/break")
  await vi.waitFor(async () => expect(Object.values(await pids())).not.toContain(broken), { timeout: 20_000 })
  await vi.waitFor(async () => expect((await answering()).size).toBe(2), { timeout: 20_000 })
  expect(await answering()).not.toContain(broken)
  expect((await journey.sandbox.alien(["logs", "mixed", "web"])).stdout).toContain("workload_unhealthy")
})

test("a manager that was killed and started again finds the same URLs, ports and processes", async () => {
  const before = { urls: (await journey.client.info(id)).resources, running: await pids() }
  await journey.kill()
  await journey.start()
  const after = await journey.client.info(id)
  const told = ({ publicEndpoints }: (typeof after.resources)[string]) => publicEndpoints
  expect(Object.values(after.resources).map(told)).toEqual(Object.values(before.urls).map(told))
  expect(await ask("api")).toMatchObject({ status: 200 })
  expect(await pids()).toEqual(before.running)
})

test("a gateway that was killed serves the same URLs again, http and tcp, and no workload notices", async () => {
  const [gateway] = await journey.processes("gateway")
  const running = await pids()
  process.kill(gateway?.pid ?? 0, "SIGKILL")
  await vi.waitFor(async () => expect(await ask("api")).toMatchObject({ status: 200 }), { timeout: 10_000 })
  await vi.waitFor(async () => expect(await echoed("again")).toBe("again"), { timeout: 10_000 })
  expect((await journey.processes("gateway"))[0]?.pid).not.toBe(gateway?.pid)
  expect(await pids()).toEqual(running)
})
