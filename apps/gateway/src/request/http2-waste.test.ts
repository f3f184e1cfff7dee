import { createServer } from "node:http"
import { expect, test } from "vitest"
import { frames, frameTypes } from "../testing/http2-frames.ts"
import { openRawHttp2, type RawHttp2 } from "../testing/raw-http2.ts"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const { DATA, HEADERS, GOAWAY } = frameTypes
const CANCEL = 8
const ENHANCE_YOUR_CALM = 11
const HOST = "api.shop.localhost"

const get = (stream: number, path = "/") =>
  frames.request(stream, { ":method": "GET", ":scheme": "https", ":authority": HOST, ":path": path })

/** An app that answers `/` and holds everything else. */
async function countingApp(gateway: TestGateway) {
  const app = { requests: 0, connections: 0, answer: () => {} }
  const server = createServer((request, response) => {
    app.requests++
    if (request.url === "/") response.end("answer")
    else app.answer = () => response.end("answer")
  })
  server.on("connection", () => app.connections++)
  await gateway.serve(await gateway.route(HOST, [await gateway.upstream(server)]))
  return app
}

const answered = (client: RawHttp2, stream: number) => client.until(() => client.of(DATA, stream).length > 0)
const goaways = (client: RawHttp2) => client.of(GOAWAY, 0).map(({ payload }) => payload.readUInt32BE(4))

test("requests that come with their reset cost the app nothing, not even a connection", async () => {
  await using gateway = await openTestGateway()
  const app = await countingApp(gateway)
  using client = await openRawHttp2(gateway, HOST)
  // Connections to the app that would take a request at once.
  for (const stream of [1_001, 1_003, 1_005, 1_007]) client.send(get(stream))
  for (const stream of [1_001, 1_003, 1_005, 1_007]) await answered(client, stream)
  const { connections } = app
  const resets = Array.from({ length: 200 }, (_, index) => 2 * index + 2_001).flatMap((stream) => [
    get(stream),
    frames.reset(stream, CANCEL),
  ])
  client.send(...resets, get(3_001))
  await answered(client, 3_001)
  expect(app).toMatchObject({ requests: 5, connections })
  expect(goaways(client)).toEqual([])
})

test("a client that takes back too much gets the answer under way, is told to calm down, and is heard no more", async () => {
  await using gateway = await openTestGateway({ http2WasteBurst: 3 }, { now: () => 0 })
  const app = await countingApp(gateway)
  using client = await openRawHttp2(gateway, HOST)
  client.send(get(1, "/held"))
  for (const stream of [3, 5, 7, 9]) client.send(get(stream, "/held"), frames.reset(stream, CANCEL))
  await client.until(() => goaways(client).length > 0)
  expect(goaways(client)[0]).toBe(ENHANCE_YOUR_CALM)
  const before = app.requests
  client.send(get(11), frames.ping())
  await client.until(() => client.received.some(({ type }) => type === 6))
  app.answer()
  await client.until(() => client.closed)
  expect(client.of(DATA, 1)).toHaveLength(1)
  expect(client.of(HEADERS, 11)).toEqual([])
  expect(app.requests).toBe(before)
})

test("it makes no difference whether it has the gateway reset them", async () => {
  await using gateway = await openTestGateway({ http2WasteBurst: 3 }, { now: () => 0 })
  await countingApp(gateway)
  using client = await openRawHttp2(gateway, HOST)
  const post = { ":method": "POST", ":scheme": "https", ":authority": HOST, ":path": "/", "content-length": "1" }
  for (const stream of [1, 3, 5, 7]) client.send(frames.headers(stream, post), frames.data(stream, "too long"))
  await client.until(() => client.closed)
  expect(goaways(client)).not.toEqual([])
})

test("a client that reads answers may leave as many: it is never told to calm down", async () => {
  await using gateway = await openTestGateway({ http2WasteBurst: 3 }, { now: () => 0 })
  await countingApp(gateway)
  using client = await openRawHttp2(gateway, HOST)
  for (let stream = 1; stream < 100; stream += 4) {
    client.send(get(stream), get(stream + 2, "/held"), frames.reset(stream + 2, CANCEL))
    await answered(client, stream)
  }
  expect(goaways(client)).toEqual([])
})

test("one that leaves now and then may go on for ever", async () => {
  let now = 0
  await using gateway = await openTestGateway({ http2WasteBurst: 3, http2WastePerSecond: 1 }, { now: () => now })
  await countingApp(gateway)
  using client = await openRawHttp2(gateway, HOST)
  for (let stream = 1; stream < 40; stream += 2) {
    now += 1_000
    client.send(get(stream, "/held"), frames.reset(stream, CANCEL), frames.ping())
    const pings = (stream + 1) / 2
    await client.until(() => client.received.filter(({ type }) => type === 6).length === pings)
  }
  client.send(get(1_001))
  await answered(client, 1_001)
  expect(goaways(client)).toEqual([])
})
