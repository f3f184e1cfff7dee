import type { Socket } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Endpoint } from "../harness/endpoint.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { rawPlain, rawVerified, sendForStatus } from "../harness/raw.ts"
import { getVerified } from "../harness/verified-https.ts"

const FILES = {
  "api.ts": `export default { fetch: async (request) => new Response(String((await request.arrayBuffer()).byteLength)) }`,
  "alien.ts": stackOf({ api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")` }),
}

let journey: Journey
let endpoint: Endpoint
/** Clients that send nothing more, to both, all the while. */
const slow: Socket[] = []
beforeAll(async () => {
  journey = await startJourney()
  await deployProject(journey, "shop", FILES)
  endpoint = await journey.endpoint("shop", "api")
  const { host } = new URL(endpoint.url)
  for (let count = 0; count < 50; count++) {
    slow.push(await manager(), await rawVerified(endpoint))
    for (const [index, socket] of slow.slice(-2).entries())
      socket.write(
        count % 2 ? `GET / HTTP/1.1\r\nhost: ${index ? host : "m"}\r\nx-half: ` : body(index ? host : "m", 9),
      )
  }
}, 60_000)
afterAll(async () => {
  for (const socket of slow) socket.destroy()
  await journey[Symbol.asyncDispose]()
}, 60_000)

const manager = () => rawPlain(journey.url())
const body = (host: string, length: number) =>
  `POST /v1/deployments HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nauthorization: Bearer ${journey.token}\r\ncontent-length: ${length}\r\n\r\n{`

describe("the manager", () => {
  test.each([
    ["none", ""],
    ["an empty one", "Bearer "],
    ["another scheme", "Basic YWRtaW46YWRtaW4="],
    ["one of nobody", "Bearer alien_admin_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["one of a workload that nobody made", `Bearer alien_workload_ZGVwL2FwaS8x.${"A".repeat(43)}`],
    ["one with SQL in it", "Bearer ' or 1=1 --"],
    ["one of another alphabet", "Bearer \u00fc\u00fc\u00fc"],
    ["a long one", `Bearer ${"A".repeat(8_000)}`],
  ])("answers 401 to a token that is %s", async (_, authorization) => {
    const headers = authorization === "" ? "" : `authorization: ${authorization}\r\n`
    expect(await sendForStatus(await manager(), `GET /v1/deployments HTTP/1.1\r\nhost: m\r\n${headers}\r\n`)).toBe(401)
  })

  test.each([
    ["a body that announces too much", 413, () => body("m", 2 ** 21)],
    ["a body that is no JSON", 400, () => `${body("m", 2)}x`],
    ["headers that are too large", 431, () => `GET /health HTTP/1.1\r\nhost: m\r\nx: ${"A".repeat(64 * 1024)}\r\n\r\n`],
    ["no HTTP at all", 400, () => "\x16\x03\x01\r\n\r\n"],
    ["two lengths", 400, () => "POST / HTTP/1.1\r\nhost: m\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n12"],
  ])("refuses %s with %i", async (_, status, request) => {
    expect(await sendForStatus(await manager(), request())).toBe(status)
  })

  test("answers others meanwhile", async () => {
    expect(await journey.client.health()).toMatchObject({ status: "ok" })
    expect((await journey.sandbox.alien(["list"])).stdout).toContain("shop")
  })
})

describe("the gateway", () => {
  const get = (headers: string) => `GET / HTTP/1.1\r\nhost: ${new URL(endpoint.url).host}\r\n${headers}\r\n`

  test.each([
    ["headers that are too large", 431, () => get(`x: ${"A".repeat(64 * 1024)}\r\n`)],
    ["too many headers", 431, () => get("x: y\r\n".repeat(1_000))],
    ["no HTTP at all", 400, () => "\x16\x03\x01\r\n\r\n"],
    ["two lengths", 400, () => get("content-length: 1\r\ncontent-length: 2\r\n")],
    ["a length and chunks", 400, () => get("content-length: 1\r\ntransfer-encoding: chunked\r\n")],
    ["a header that ends nowhere", 400, () => get("x\0y: z\r\n")],
  ])("refuses %s with %i", async (_, status, request) => {
    expect(await sendForStatus(await rawVerified(endpoint), request())).toBe(status)
  })

  test("serves others meanwhile", async () => {
    expect(await getVerified(endpoint, "/")).toMatchObject({ status: 200, body: "0" })
  })
})
