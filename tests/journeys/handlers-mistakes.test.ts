import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

const WORKER = `
import { gzipSync } from "node:zlib"
let calls = 0
const waiting = []
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === "/cookie") return new Response(String(request.headers.get("cookie")?.length))
    if (pathname === "/wait") return new Promise((resolve) => waiting.push(() => resolve(new Response("waited"))))
    if (pathname === "/waiting") return new Response(String(waiting.length))
    if (pathname === "/release") for (const release of waiting) release()
    if (pathname === "/rejection") void (async () => { throw new Error("a promise that nobody awaits") })()
    if (pathname === "/exception") setImmediate(() => { throw new Error("an exception in an event") })
    if (pathname === "/gzip") return new Response(gzipSync("unpacked"), { headers: { "content-encoding": "gzip" } })
    if (pathname === "/rewrapped") {
      const r = await fetch("http://127.0.0.1:" + process.env.PORT + "/gzip")
      return new Response(r.body, r)
    }
    if (pathname === "/short") return new Response(String(++calls), { headers: { "content-length": "1234" } })
    if (pathname === "/cut") {
      calls++
      throw new Error("a secret")
    }
    return new Response("ok " + calls)
  },
}`

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

test("a handler's mistake is its own: nobody else's request ends, nothing is asked twice, and the endpoint tells of it", async () => {
  const id = await deployProject(journey, "mistakes", {
    "api.ts": WORKER,
    "alien.ts": stackOf({ api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")` }),
  })
  const endpoint = await journey.endpoint("mistakes", "api")
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const { status, body } = await getVerified(endpoint, path, headers)
    return `${status} ${body}`
  }
  expect(await ask("/rewrapped")).toBe("200 unpacked")
  expect(await ask("/short")).toBe("200 1")
  expect(await ask("/cut")).toBe("500 Internal Server Error\n")
  expect(await ask("/")).toBe("200 ok 2")
  expect(await ask("/cookie", { cookie: "a".repeat(32_000) })).toBe("200 32000")

  const [running] = await journey.processes(id)
  const waited = ask("/wait")
  await vi.waitFor(async () => expect(await ask("/waiting")).toBe("200 1"), { timeout: 10_000 })
  await ask("/rejection")
  await ask("/exception")
  await ask("/release")
  expect(await waited).toBe("200 waited")
  expect((await journey.processes(id))[0]?.pid).toBe(running?.pid)

  await vi.waitFor(
    async () => {
      const web = (await journey.client.info(id)).resources.api?.endpoints?.web
      expect(web).toMatchObject({ state: "ready" })
      expect(web?.conditions.find(({ type }) => type === "target")).toMatchObject({
        ...{ status: "ok", on: "vendor", code: "unhandled_errors", observed: { count: 2 } },
        message: expect.stringContaining("Error: an exception in an event"),
      })
    },
    { timeout: 25_000, interval: 200 },
  )
  const { exit, stdout } = await journey.sandbox.alien(["status", "mistakes"])
  expect(exit).toBe(0)
  expect(stdout).toContain("unhandled_errors  vendor acts")
  const logs = (await journey.sandbox.alien(["logs", "mistakes", "api"])).stdout
  expect(logs).toContain("a promise that nobody awaits")
  expect(logs).toMatch(/at Object\.fetch \(api\.ts:\d+:\d+\)/)
  expect(logs).toContain("GET /cut failed: Error: a secret")
}, 70_000)
