import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { stopLocal } from "../harness/stop-local.ts"
import { getVerified } from "../harness/verified-https.ts"

const FILES = {
  "api.ts": `export default { fetch: () => new Response("here") }`,
  "alien.ts": stackOf({ api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")` }),
}

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

/** A stranger on a port; us, that is. */
async function occupied(port = 0) {
  const server = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1")
  await once(server, "listening")
  const free = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { port: (server.address() as AddressInfo).port, free }
}
const us = `(pid ${process.pid})`

test("a manager whose port is taken does not start, and it names who has it", async () => {
  const stranger = await occupied()
  const data = join(journey.sandbox.directory, "busy")
  const { exit, stderr } = await journey.sandbox.alien(["serve", "--data", data, "--port", String(stranger.port)])
  await stranger.free()
  expect(stderr).toContain("code  port_in_use")
  expect(stderr).toContain(`port ${stranger.port}`)
  expect(stderr).toContain(us)
  expect(exit).toBe(1)
})

test("a gateway whose port was taken while it was away is told of with who has it, and it serves again when it can", async () => {
  const id = await deployProject(journey, "shop", FILES)
  const endpoint = await journey.endpoint("shop", "api")
  const { home, dataDirectory } = journey.sandbox
  await journey.kill()
  await stopLocal({ home, dataDirectory })
  const stranger = await occupied(endpoint.port)
  await journey.start()
  const error = async () => (await journey.client.info(id)).error
  const said = await vi.waitFor(
    async () => {
      const found = await error()
      expect(found).toMatchObject({ code: "port_in_use" })
      return found
    },
    { timeout: 15_000, interval: 200 },
  )
  expect(said?.message).toContain(`port ${endpoint.port}`)
  expect(said?.message).toContain(us)
  expect((await journey.sandbox.alien(["status", "shop"])).stdout).toContain(us)

  await stranger.free()
  await vi.waitFor(async () => expect(await getVerified(endpoint, "/")).toMatchObject({ body: "here" }), {
    timeout: 20_000,
    interval: 200,
  })
  await vi.waitFor(async () => expect(await error()).toBeNull(), { timeout: 20_000, interval: 200 })
}, 90_000)
