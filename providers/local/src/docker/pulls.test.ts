import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import { join } from "node:path"
import { expect, test } from "vitest"
import { ownerOf, testLocal } from "../testing/local.ts"
import { eventually, temporaryDirectory } from "../testing/temporary.ts"
import { Engine } from "./engine.ts"
import { Image } from "./image.ts"
import { Pulls } from "./pulls.ts"

/** An engine that begins to pull and waits for more. */
async function slowEngine() {
  const { path, ...directory } = await temporaryDirectory()
  const pulling = Promise.withResolvers<ServerResponse>()
  const server = createServer((request, response) => {
    response.setHeader("api-version", "1.44")
    if (!request.url?.includes("/images/create")) return response.end("OK")
    response.write(`${JSON.stringify({ id: "a", progressDetail: { current: 45e6, total: 120e6 } })}\n`)
    pulling.resolve(response)
  })
  const socket = join(path, "docker.sock")
  server.listen(socket)
  await once(server, "listening")
  return {
    engine: new Engine(socket),
    pulling: pulling.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await directory[Symbol.asyncDispose]()
    },
  }
}

test("a pull that takes long is told with how far it is, and its failure by the next call, once", async () => {
  await using slow = await slowEngine()
  await using machine = await testLocal()
  let ended = 0
  const pulls = new Pulls({
    env: { DOCKER_CONFIG: "/nowhere" },
    ended: () => {
      ended += 1
    },
  })
  const local = { ...machine.local, engine: () => slow.engine, pulls }
  const node = { props: { image: "acme/web:1" }, owner: ownerOf("web/image"), name: "n", token: "t", local }
  await Image.create(node)
  expect(await Image.read(node)).toMatchObject({
    status: {
      waiting: { on: "cloud", code: "image_pulling", message: "acme/web:1 is being pulled (30 % of 120 MB)" },
    },
  })
  const response = await slow.pulling
  response.end(`${JSON.stringify({ error: "no space left" })}\n`)
  await eventually(
    async () => ended,
    (times) => times === 1,
  )
  const failure = { code: "image_unavailable", message: expect.stringContaining("no space left") }
  await expect(pulls.pull(slow.engine, "acme/web:1")).rejects.toMatchObject(failure)
  expect(pulls.running("acme/web:1")).toBeUndefined()
})
