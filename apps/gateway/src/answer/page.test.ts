import { describe, expect, test } from "vitest"
import type { EndpointFacts } from "./endpoint-facts.ts"
import { bareAnswer, pageOf } from "./page.ts"
import { refusals } from "./refusals.ts"

const NASTY = `"><script>alert('x')</script>&`

const endpoint = (more: Partial<EndpointFacts> = {}): EndpointFacts => ({
  ...{ host: "api.shop.localhost", deployment: "shop", resource: "api", endpoint: "web", log: undefined },
  ...more,
})

const failures = [
  { port: 4001, code: "ECONNREFUSED", stage: "connecting" as const },
  { port: 4002, code: "UND_ERR_SOCKET", stage: "sent" as const },
]
/** Values that occur in no sentence. */
const ODD = { host: "hhh.ggg.localhost", deployment: "ddd", resource: "rrr", endpoint: "eee" }

const html = (refusal: Parameters<typeof pageOf>[0]) => pageOf(refusal, "text/html,*/*").body.toString()
const json = (refusal: Parameters<typeof pageOf>[0]) => JSON.parse(pageOf(refusal, "application/json").body.toString())
const headerOf = ({ headers }: { headers: string[] }, name: string) => headers[headers.indexOf(name) + 1]

describe("a page", () => {
  test("says what is known and what to run: it names host, deployment and every process that was asked", () => {
    const refusal = refusals.unreachable(endpoint(), { failures, waitedMs: 1234 })
    const text = html(refusal)
    for (const part of ["api.shop.localhost", "shop", "api", "web", "1.2 s", "alien info shop", "alien logs shop api"])
      expect(text).toContain(part)
    expect(text).toContain("port 4001 (nothing listens there)")
    expect(text).toContain("port 4002 (it closed the connection without an answer)")
    expect(json(refusal)).toEqual({
      code: "upstream_unreachable",
      message: expect.stringContaining("endpoint web of api in deployment shop did not answer on port 4001"),
      ...{ retryable: true, internal: false, hint: expect.any(String) },
      context: {
        ...{ host: "api.shop.localhost", deployment: "shop", resource: "api", endpoint: "web", waited: "1.2 s" },
        tried: expect.stringContaining("port 4002"),
        run: ["alien info shop", "alien logs shop api"],
      },
    })
  })

  test.each([
    refusals.routeUnknown(NASTY),
    refusals.misdirected(NASTY, NASTY),
    refusals.invalid(NASTY),
    refusals.expectation(NASTY),
    refusals.none(endpoint({ resource: NASTY, endpoint: NASTY, deployment: NASTY, host: NASTY })),
    refusals.toHttps(NASTY),
    refusals.routeUnknown(NASTY, { deployment: NASTY, served: [{ url: NASTY, ...endpoint({ deployment: NASTY }) }] }),
  ])("escapes all that comes from outside: it reflects no markup", (refusal) => {
    const text = html(refusal)
    expect(text).not.toContain("<script")
    expect(text).not.toContain(`"><`)
  })

  test.each([
    refusals.unreachable(endpoint(ODD), { failures, waitedMs: 1234 }),
    refusals.unreachable(endpoint(ODD), { failures: [{ port: 4001, code: "HPE_X", stage: "answering" }], waitedMs: 1 }),
    refusals.none(endpoint(ODD)),
    refusals.timeout(endpoint(ODD), { port: 4001, waitedMs: 30_000 }),
    refusals.concurrency(endpoint(ODD), 77),
    refusals.bodyTooSlow(endpoint(ODD), { minBodyBytes: 5, bodyWindowMs: 9_000 }),
    refusals.routeUnknown(ODD.host),
    refusals.routeUnknown(ODD.host, { deployment: ODD.deployment, served: [] }),
    refusals.notServedYet(ODD.host, { deployment: ODD.deployment, served: [] }),
  ])("says a thing once, and no code of a library: %j", (refusal) => {
    const said = html(refusal).replaceAll(/<(style|title|pre|footer).*?<\/\1>/gs, "")
    for (const fact of Object.values(refusal.facts ?? {})) expect(said.split(String(fact))).toHaveLength(2)
    expect(html(refusal) + JSON.stringify(json(refusal))).not.toMatch(/UND_ERR|HPE_|ECONN|ERR_/)
  })

  test("lists what is served as links, up to fifty", () => {
    const served = Array.from({ length: 60 }, (_, index) => ({ url: `https://n${index}.localhost`, ...endpoint() }))
    const text = html(refusals.routeUnknown("a.localhost", { deployment: "a", served }))
    expect(text).toContain(
      '<li><a href="https://n0.localhost">https://n0.localhost</a> <small>web of api in shop</small></li>',
    )
    expect(text.match(/<a /g)).toHaveLength(50)
    expect(text).toContain("and 10 more")
  })

  test("is for people: it has a language, a title, one heading, both colour schemes and no outside asset", () => {
    const text = html(refusals.none(endpoint()))
    expect(text).toMatch(/<html lang="en">/)
    expect(text).toMatch(/<title>503 Service Unavailable<\/title>/)
    expect(text.match(/<h1>/g)).toHaveLength(1)
    expect(text).toMatch(/<main>/)
    expect(text).toMatch(/prefers-color-scheme:dark/)
    expect(text).not.toMatch(/\b(?:src|href|url)\s*[=(]/)
    expect(text.length).toBeLessThan(4096)
  })

  test("is told apart from the app's answers and kept by no cache", () => {
    const page = pageOf(refusals.none(endpoint()), undefined)
    expect(headerOf(page, "x-alien-gateway")).toBe("no_upstream")
    expect(headerOf(page, "cache-control")).toBe("no-store")
    expect(headerOf(page, "vary")).toBe("accept")
    expect(headerOf(page, "retry-after")).toBe("1")
    expect(headerOf(page, "content-length")).toBe(String(page.body.length))
  })

  test("says how long was waited: it gives the limit of a timeout", () => {
    expect(json(refusals.timeout(endpoint(), { port: 4001, waitedMs: 30_000 }))).toMatchObject({
      message: "endpoint web of api in deployment shop sent no response headers within 30 s",
      context: { tried: "port 4001", waited: "30 s" },
    })
  })

  test("on a connection that cannot be answered otherwise carries the same headers", () => {
    const text = bareAnswer(refusals.headersTooSlow(30_000)).toString()
    expect(text).toMatch(/^HTTP\/1.1 408 Request Timeout\r\nconnection: close\r\n/)
    expect(text).toContain("x-alien-gateway: client_too_slow\r\n")
  })
})
