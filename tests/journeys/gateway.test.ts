import { once } from "node:events"
import { get } from "node:https"
import type { Duplex } from "node:stream"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { exchangeHttp1, exchangeHttp2, upgradeConnection, verifiedOptions } from "../harness/duplex.ts"
import type { Endpoint } from "../harness/endpoint.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

/** Answers with what it is sent as it comes; speaks WebSocket's handshake and then sends every byte back. */
const EDGE = `
import { createHash } from "node:crypto"
import { createServer } from "node:http"
const server = createServer((request, response) => {
  if (request.url === "/reset") return request.socket.destroy()
  if (request.url === "/headers") return response.end(JSON.stringify(request.headers))
  if (request.url === "/endless") {
    const more = () => { while (response.write(Buffer.alloc(65536))) sent += 65536 }
    response.on("drain", more)
    return more()
  }
  if (request.url === "/sent") return response.end(String(sent))
  response.flushHeaders()
  request.pipe(response)
})
let sent = 0
server.on("upgrade", ({ headers }, socket) => {
  const key = headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
  const accept = createHash("sha1").update(key).digest("base64")
  socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: " + accept + "\\r\\n\\r\\n")
  socket.pipe(socket)
})
server.listen(Number(process.env.PORT))
`
/** Never answers /hang. */
const NARROW = `
export default {
  fetch: ({ url }) => new URL(url).pathname === "/hang" ? new Promise(() => {}) : new Response("here"),
}
`
const FILES = {
  "edge.ts": EDGE,
  "narrow.ts": NARROW,
  "alien.ts": stackOf({
    edge: `new alien.Container("edge").code(source("edge.ts")).publicEndpoint("web", 8080)`,
    narrow: `new alien.Worker("narrow").code(source("narrow.ts")).publicEndpoint("web").timeoutSeconds(1).concurrencyLimit(2)`,
  }),
}

let journey: Journey
let edge: Endpoint
let narrow: Endpoint
beforeAll(async () => {
  journey = await startJourney()
  await deployProject(journey, "streams", FILES)
  edge = await journey.endpoint("streams", "edge")
  narrow = await journey.endpoint("streams", "narrow")
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

/** What comes next, as much of it as was sent. */
async function read(stream: Duplex, length: number): Promise<string> {
  const chunks: Buffer[] = []
  while (Buffer.concat(chunks).length < length) {
    const chunk: Buffer | null = stream.read()
    if (chunk) chunks.push(chunk)
    else await once(stream, "readable")
  }
  return Buffer.concat(chunks).toString()
}

async function ask(path: string, { accept = "application/json", host }: { accept?: string; host?: string } = {}) {
  const { headers, ...options } = await verifiedOptions(path === "/reset" ? edge : narrow)
  const sent = get({ ...options, path, headers: { ...headers, accept, ...(host ? { host } : {}) } })
  const [response] = await once(sent, "response")
  return { status: response.statusCode, type: response.headers["content-type"], body: await text(response) }
}

describe("through a deployment's URL", () => {
  test("a WebSocket is opened, and bytes go both ways until one side ends", async () => {
    const handshake = {
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": btoa("0123456789abcdef"),
    }
    const socket = await upgradeConnection(edge, "/socket", handshake)
    for (const frame of ["\x81\x84mask\x1d\x08\x1d\x0c", "\x81\x84mask\x0f\x0e\x0d\x0c"]) {
      socket.write(frame, "latin1")
      expect(await read(socket, frame.length)).toBe(Buffer.from(frame, "latin1").toString())
    }
    socket.end()
    await once(socket.resume(), "end")
  })

  test("a WebSocket asked of a Worker is refused with a code and the way out", async () => {
    const handshake = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" }
    const { status, body } = await getVerified(narrow, "/socket", handshake)
    expect(status).toBe(501)
    expect(JSON.parse(body)).toMatchObject({
      code: "websocket_not_supported",
      message: expect.stringContaining("serve it from a Container"),
    })
    expect((await getVerified(narrow, "/")).body).toBe("here")
  })

  test.each([
    ["HTTP/1.1", exchangeHttp1],
    ["HTTP/2", exchangeHttp2],
  ])("an upload and a download flow at the same time over %s, piece by piece", async (_, exchange) => {
    const { stream, stop } = await exchange(edge, "/echo")
    for (const piece of ["one", "and another", "x".repeat(300_000)]) {
      stream.write(piece)
      expect(await read(stream, piece.length)).toBe(piece)
    }
    stream.end()
    await once(stream.resume(), "end")
    stop()
  })

  test("a client that reads nothing holds the app up, so an endless answer fills nobody's memory", async () => {
    const response = get({ ...(await verifiedOptions(edge)), path: "/endless" })
    const [endless] = await once(response, "response")
    endless.pause()
    const sent = async () => Number((await getVerified(edge, "/sent")).body)
    const steady = await vi.waitFor(
      async () => {
        const before = await sent()
        for (let asked = 0; asked < 10; asked++) await sent()
        expect(await sent()).toBe(before)
        return before
      },
      { timeout: 10_000 },
    )
    expect(steady).toBeLessThan(32 * 1024 * 1024)
    response.destroy()
  })

  test("the app is told who asks and for which host, whatever the client claims", async () => {
    const { host } = new URL(edge.url)
    const { headers, ...options } = await verifiedOptions(edge)
    const claimed = { "x-forwarded-for": "10.0.0.1", "x-forwarded-host": "bank.example", "x-forwarded-proto": "http" }
    const [response] = await once(
      get({ ...options, path: "/headers", headers: { ...headers, ...claimed } }),
      "response",
    )
    expect(JSON.parse(await text(response))).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": host,
      "x-forwarded-proto": "https",
    })
  })
})

describe("a page of the gateway says what is known and what to run", () => {
  test.each([
    [404, "a host that nobody has", "/", { host: "nobody.streams.localhost" }, "route_unknown", "alien info streams"],
    [502, "an app that breaks off", "/reset", {}, "upstream_unreachable", "alien logs streams edge"],
    [504, "an app that does not answer", "/hang", {}, "upstream_timeout", "alien logs streams narrow"],
  ])("%i: %s", async (status, _, path, request, code, run) => {
    const json = await ask(path, request)
    expect(json).toMatchObject({ status, type: "application/json" })
    expect(JSON.parse(json.body)).toMatchObject({ code })
    expect(json.body).toContain(run)
    const page = await ask(path, { ...request, accept: "text/html,*/*;q=0.8" })
    expect(page).toMatchObject({ status, type: "text/html; charset=utf-8" })
    expect(page.body).toContain(run)
  })

  test("503: an app that serves as many requests as it takes", async () => {
    // A probe of the platform's own may have one of the two places for a moment.
    const hang = async (): ReturnType<typeof ask> => {
      const answer = await ask("/hang")
      return answer.status === 503 ? hang() : answer
    }
    const hanging = Promise.all([hang(), hang()])
    const full = await vi.waitFor(async () => {
      const answer = await ask("/")
      expect(answer.status).toBe(503)
      return answer
    })
    expect(JSON.parse(full.body)).toMatchObject({ code: "concurrency_limit" })
    expect(await hanging).toMatchObject([{ status: 504 }, { status: 504 }])
    expect(await ask("/")).toEqual({ status: 200, type: "text/plain;charset=UTF-8", body: "here" })
  })
})

test("`alien logs --access` has a line for every request, without its query, which may carry secrets", async () => {
  await getVerified(narrow, "/orders/7?token=s3cret")
  const access = async () => (await journey.sandbox.alien(["logs", "streams", "narrow", "--access"])).stdout
  await vi.waitFor(async () => expect(await access()).toContain("GET /orders/7 200"), { timeout: 5_000 })
  expect(await access()).not.toContain("s3cret")
})
