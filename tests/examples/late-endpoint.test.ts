import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { getVerified } from "../harness/verified-https.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const ASKING = `
import { publicEndpoints, worker } from "@alienplatform/sdk"
export default {
  async fetch(request) {
    if (new URL(request.url).pathname === "/health") return new Response()
    const late = await worker("late")
    return Response.json({ late: await late.getUrl("hooks"), all: await late.getEndpoints(), own: await publicEndpoints() })
  },
}
`

/** A stack of `asking`, and of `late` with or without an endpoint. Neither links the other. */
async function deploy(endpoint: string): Promise<void> {
  const cwd = join(journey.sandbox.directory, "pair")
  await mkdir(cwd, { recursive: true })
  await writeFile(join(cwd, "asking.ts"), ASKING)
  await writeFile(join(cwd, "late.ts"), "export default { fetch: () => new Response() }")
  await writeFile(
    join(cwd, "alien.ts"),
    `import * as alien from "@alienplatform/core"
const toolchain = { type: "typescript" }
const asking = new alien.Worker("asking").code({ type: "source", src: "asking.ts", toolchain })
  .publicEndpoint("web").readinessProbe({ method: "GET", path: "/health" }).build()
const late = new alien.Worker("late").code({ type: "source", src: "late.ts", toolchain })${endpoint}.build()
export default new alien.Stack("pair").add(asking, "live").add(late, "live").build()`,
  )
  const { exit, stdout, stderr } = await journey.sandbox.alien(["deploy", "pair", "--yes"], { cwd })
  expect(exit, `${stdout}${stderr}`).toBe(0)
}

test("a running neighbour sees an endpoint that a new release adds, as `/info` tells it", async () => {
  await deploy("")
  const id = (await journey.client.deployments({ name: "pair" })).items[0]?.id ?? ""
  const running = async () => (await journey.processes(id)).find(({ node }) => node === "asking/process")?.pid
  const before = await running()
  await deploy(`.publicEndpoint("hooks")`)
  expect(await running()).toBe(before)

  const { resources } = await journey.client.info(id)
  const { body } = await getVerified(await journey.endpoint("pair", "asking"), "/")
  const told = resources.late?.publicEndpoints?.hooks
  expect(JSON.parse(body)).toEqual({
    late: told?.url,
    all: { hooks: { url: told?.url, host: told?.host } },
    own: { web: expect.objectContaining({ url: resources.asking?.publicEndpoints?.web?.url }) },
  })
}, 90_000)
