import { once } from "node:events"
import { expect, test } from "vitest"
import { openTestGateway } from "../testing/test-gateway.ts"

test("when told to stop, requests under way are answered and idle connections closed: it refuses new ones", async () => {
  await using gateway = await openTestGateway({ drainMs: 20_000 })
  const held = Promise.withResolvers<() => void>()
  const host = await gateway.app((request, response) => {
    if (request.url === "/held") held.resolve(() => response.end("held"))
    else response.end("quick")
  })
  await gateway.get(host)
  const session = await gateway.http2(host)
  const answer = gateway.get(host, "/held")
  const release = await held.promise
  const closed = gateway.running.close()
  await once(session, "close")
  await expect(gateway.get(host, "/", { agent: false })).rejects.toMatchObject({ code: "ECONNREFUSED" })
  release()
  expect(await answer).toMatchObject({ status: 200, body: "held", headers: { connection: "close" } })
  await closed
})

test("what has not ended in time is cut", async () => {
  await using gateway = await openTestGateway({ drainMs: 50 })
  const host = await gateway.app((_request, response) => {
    response.writeHead(200).flushHeaders()
  })
  const request = gateway.request(host)
  request.end()
  const [response] = await once(request, "response")
  const cut = once(response, "error")
  response.resume()
  await gateway.running.close()
  expect(await cut).toMatchObject([{ code: "ECONNRESET" }])
})
