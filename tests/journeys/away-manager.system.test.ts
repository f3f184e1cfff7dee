import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import type { Endpoint } from "../harness/endpoint.ts"
import { examples } from "../harness/example-stacks.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const SCRIPT = `
import { createServer } from "node:http"
import { container } from "@alienplatform/sdk"
createServer(async (request, response) => {
  if (request.url === "/health") return response.end()
  response.end(JSON.stringify({ quotes: { url: await (await container("quotes")).getUrl("web") } }))
}).listen(Number(process.env.PORT))
`

/** The example's service twice, and a program in TypeScript; `label` is in the URL of `quotes`. */
const filesWith = (label: string) => ({
  "script.ts": SCRIPT,
  "alien.ts": `import * as alien from "@alienplatform/core"
const rust = { type: "source", src: ${JSON.stringify(join(examples, "rust-worker/service"))}, toolchain: { type: "rust", binaryName: "rust-worker" } }
const script = { type: "source", src: "script.ts", toolchain: { type: "typescript" } }
const health = { path: "/health" }
const quotes = new alien.Container("quotes").code(rust).publicEndpoint("web", 8080, { hostLabel: "${label}" }).healthCheck(health).link("agent").build()
const agent = new alien.Daemon("agent").code(rust).publicEndpoint("web", 9100).healthCheck(health).link("quotes").build()
const typed = new alien.Daemon("typed").code(script).publicEndpoint("web", 9200).healthCheck(health).link("quotes").build()
export default new alien.Stack("away").add(quotes, "live").add(agent, "live").add(typed, "live").build()
`,
})

/** What a workload's SDK says of `quotes`. */
async function told(endpoint: Endpoint): Promise<string> {
  const { status, body } = await getVerified(endpoint, "/neighbours")
  expect({ status, body }).toMatchObject({ status: 200 })
  return JSON.parse(body).quotes.url
}

test("both SDKs answer while the manager is stopped and killed, and follow it when it is back", async () => {
  const id = await deployProject(journey, "away", filesWith("one"))
  const [agent, typed] = [await journey.endpoint("away", "agent"), await journey.endpoint("away", "typed")]
  const before = (await journey.client.info(id)).resources.quotes?.publicUrl
  const pids = async () => Object.fromEntries((await journey.processes(id)).map(({ node, pid }) => [node, pid]))
  const running = await pids()
  const bothSay = async (url: unknown) => {
    expect({ agent: await told(agent), typed: await told(typed) }).toEqual({ agent: url, typed: url })
  }

  const { pid } = JSON.parse(await readFile(join(journey.sandbox.dataDirectory, "lock.json"), "utf8"))
  process.kill(pid, "SIGSTOP")
  await bothSay(before) // the first questions of both: nobody answers them
  await bothSay(before)
  await journey.kill()
  await bothSay(before)

  await journey.start()
  await deployProject(journey, "away", filesWith("two"))
  const after = (await journey.client.info(id)).resources.quotes?.publicUrl
  expect(after).toContain("//two.away.localhost:")
  // The first question was given up after 5 s; the next one comes 30 s later, and again 60 s later should that fail.
  await vi.waitFor(() => bothSay(after), { timeout: 120_000, interval: 500 })
  expect(await pids()).toEqual(running)
}, 600_000)
