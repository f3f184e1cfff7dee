import { expect, test } from "vitest"
import { openTestGateway } from "../testing/test-gateway.ts"
import { chooseUpstream, mayTryAgain, stageOf } from "./attempts.ts"
import { Upstream } from "./upstream.ts"

const HOST = "api.shop.localhost"

test("upstreams take turns", async () => {
  await using gateway = await openTestGateway()
  const ports = await Promise.all(
    ["a", "b", "c"].map((name) => gateway.upstream((_request, response) => response.end(name))),
  )
  await gateway.serve(await gateway.route(HOST, ports))
  let seen = ""
  for (let count = 0; count < 6; count++) seen += (await gateway.get(HOST)).body
  expect(seen).toBe("abcabc")
})

test("a POST with a body goes to the next upstream when the first refuses the connection: it was never sent", async () => {
  await using gateway = await openTestGateway()
  const alive = await gateway.upstream((request, response) => void request.pipe(response))
  await gateway.serve(await gateway.route(HOST, [await gateway.freePort(), alive]))
  for (const body of ["one", "two", "three"])
    expect(await gateway.get(HOST, "/", { method: "POST", body })).toMatchObject({ status: 200, body })
})

test("a POST whose connection is lost is not repeated: it is answered with 502", async () => {
  await using gateway = await openTestGateway()
  let calls = 0
  const host = await gateway.app((request) => {
    calls++
    request.socket.destroy()
  })
  expect(await gateway.get(host, "/", { method: "POST", body: "once" })).toMatchObject({ status: 502 })
  expect(calls).toBe(1)
})

test("a GET whose connection is lost goes to another upstream, once: a request that kills one app spares the third", async () => {
  await using gateway = await openTestGateway()
  let killed = 0
  const ports = await Promise.all(
    ["a", "b", "c"].map(() =>
      gateway.upstream((request) => {
        killed++
        request.socket.destroy()
      }),
    ),
  )
  await gateway.serve(await gateway.route(HOST, ports))
  const answer = await gateway.get(HOST)
  expect(answer).toMatchObject({ status: 502, headers: { "x-alien-gateway": "upstream_unreachable" } })
  expect(answer.body.match(/it closed the connection without an answer/g)).toHaveLength(4)
  expect(killed).toBe(2)
})

test("an upstream that refused is asked last until a while has passed", async () => {
  let now = 0
  await using gateway = await openTestGateway({ avoidRefusedMs: 1000 }, { now: () => now })
  const alive = await gateway.upstream((_request, response) => response.end("alive"))
  const dead = await gateway.freePort()
  await gateway.serve(await gateway.route(HOST, [dead, alive]))
  expect(await gateway.get(HOST)).toMatchObject({ status: 200 })
  const back = await gateway.upstreamAt(dead, (_request, response) => response.end("back"))
  const seen = async () => (await gateway.get(HOST)).body
  expect(await Promise.all([seen(), seen(), seen(), seen()])).toEqual(["alive", "alive", "alive", "alive"])
  now += 1000
  expect(new Set([await seen(), await seen()])).toEqual(new Set(["alive", "back"]))
  expect(back).toBe(dead)
})

test("when all refused, it names each of them", async () => {
  await using gateway = await openTestGateway()
  const dead = [await gateway.freePort(), await gateway.freePort()]
  await gateway.serve(await gateway.route(HOST, dead))
  const { status, body } = await gateway.get(HOST, "/", { method: "POST", body: "x" })
  expect(status).toBe(502)
  for (const port of dead) expect(body).toContain(`port ${port} (nothing listens there)`)
})

test("an upgrade goes to the next upstream when the first refuses: it never reached it", async () => {
  await using gateway = await openTestGateway()
  const alive = await gateway.upstream((_request, response) => response.writeHead(426).end("not here"))
  await gateway.serve(await gateway.route(HOST, [await gateway.freePort(), alive]))
  const headers = { connection: "Upgrade", upgrade: "websocket" }
  for (let count = 0; count < 2; count++)
    expect(await gateway.get(HOST, "/", { headers })).toMatchObject({ status: 426, body: "not here" })
})

test("the choice: it takes turns, passes over failures and leaves avoided ones for last", () => {
  let now = 0
  const upstreams = [1, 2, 3].map(
    (port) => new Upstream({ port, connectTimeoutMs: 1, avoidRefusedMs: 10, now: () => now }),
  )
  const choose = (turn: number, ...failed: number[]) =>
    chooseUpstream(
      upstreams,
      turn,
      failed.map((port) => ({ port, code: "ECONNREFUSED", stage: "connecting" as const })),
    )?.port
  expect([0, 1, 2, 3].map((turn) => choose(turn))).toEqual([1, 2, 3, 1])
  expect(choose(0, 1, 2)).toBe(3)
  upstreams[1]?.refused()
  expect([0, 1, 2].map((turn) => choose(turn))).toEqual([1, 3, 3])
  expect(choose(0, 1, 3)).toBe(2)
  now = 10
  expect(choose(1)).toBe(2)
  expect(chooseUpstream([], 0, [])).toBeUndefined()
})

test.each([
  ["refused, another is left", ["connecting ECONNREFUSED"], "POST", true, true],
  ["refused by all", ["connecting ECONNREFUSED", "connecting ECONNREFUSED"], "POST", true, false],
  ["lost", ["sent UND_ERR_SOCKET"], "GET", false, true],
  ["lost, not safe", ["sent UND_ERR_SOCKET"], "POST", false, false],
  ["lost, idempotent and not safe", ["sent UND_ERR_SOCKET"], "PUT", false, false],
  ["lost, idempotent and not safe", ["sent UND_ERR_SOCKET"], "DELETE", false, false],
  ["lost, safe with a body", ["sent ECONNRESET"], "GET", true, false],
  ["lost twice", ["sent ECONNRESET", "sent ECONNRESET"], "GET", false, false],
  ["refused, then lost", ["connecting ECONNREFUSED", "sent ECONNRESET"], "GET", false, true],
  ["lost within its answer", ["answering UND_ERR_SOCKET"], "GET", false, false],
  ["timed out on a connection", ["sent ETIMEDOUT"], "POST", false, false],
  ["no HTTP", ["answering HPE_INVALID_CONSTANT"], "GET", false, false],
] as const)("%s: %j of %s with a body %s is tried again %s", (_what, failed, method, body, again) => {
  const upstreams = [1, 2].map((port) => new Upstream({ port, connectTimeoutMs: 1, avoidRefusedMs: 10, now: () => 0 }))
  const failures = failed.map((text, index) => {
    const [stage, code = ""] = text.split(" ") as ["connecting" | "sent" | "answering", string]
    return { port: index + 1, code, stage }
  })
  expect(mayTryAgain({ failures, upstreams, method, body })).toBe(again)
})

test.each([
  ["ECONNREFUSED", false, false, "connecting"],
  ["ETIMEDOUT", false, false, "connecting"],
  ["ETIMEDOUT", true, false, "sent"],
  ["UND_ERR_DESTROYED", true, false, "sent"],
  ["UND_ERR_SOCKET", true, false, "sent"],
  ["UND_ERR_SOCKET", true, true, "answering"],
])("%s with a connection %s and a byte of an answer %s fails at the stage %s", (code, sent, answered, stage) => {
  expect(stageOf(code, { sent, answered })).toBe(stage)
})
