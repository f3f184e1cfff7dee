import { once } from "node:events"
import { expect, test } from "vitest"
import { openWorld } from "../testing/world.ts"

test("when told to stop, requests under way are answered and idle connections closed: it refuses new ones", async () => {
  await using world = await openWorld({ drain: 20_000 })
  const held = Promise.withResolvers<() => void>()
  const host = await world.app((request, response) => {
    if (request.url === "/held") held.resolve(() => response.end("held"))
    else response.end("quick")
  })
  await world.get(host)
  const session = await world.http2(host)
  const answer = world.get(host, "/held")
  const release = await held.promise
  const closed = world.gateway.close()
  await once(session, "close")
  await expect(world.get(host, "/", { agent: false })).rejects.toMatchObject({ code: "ECONNREFUSED" })
  release()
  expect(await answer).toMatchObject({ status: 200, body: "held", headers: { connection: "close" } })
  await closed
})

test("what has not ended in time is cut", async () => {
  await using world = await openWorld({ drain: 50 })
  const host = await world.app((_request, response) => {
    response.writeHead(200).flushHeaders()
  })
  const request = world.request(host)
  request.end()
  const [response] = await once(request, "response")
  const cut = once(response, "error")
  response.resume()
  await world.gateway.close()
  expect(await cut).toMatchObject([{ code: "ECONNRESET" }])
})
