import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { deployExample } from "../harness/example.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { getVerified } from "../harness/verified-https.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
  await deployExample(journey, "rust-worker")
}, 600_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const RESOURCES = ["quotes", "agent"] as const

async function get(resource: string, path: string) {
  const endpoint = await journey.endpoint("rust-worker", resource)
  const { status, body } = await getVerified(endpoint, path)
  return { endpoint, status, body: JSON.parse(body) }
}

describe("examples/rust-worker", () => {
  test.each(RESOURCES)("%s tells its own URL, as `/info` has it", async (resource) => {
    const { endpoint, status, body } = await get(resource, "/")
    expect(status).toBe(200)
    expect(body).toEqual({ web: { url: endpoint.url, host: new URL(endpoint.url).hostname } })
  })

  test.each(RESOURCES)("%s calls both over HTTPS", async (resource) => {
    const { endpoint, body } = await get(resource, "/neighbours")
    expect(body).toEqual({
      quotes: { url: expect.stringContaining("//quotes.rust-worker.localhost:"), health: "ok" },
      agent: { url: expect.stringContaining("//agent.rust-worker.localhost:"), health: "ok" },
    })
    expect(Object.values<{ url: string }>(body).map(({ url }) => url)).toContain(endpoint.url)
  })
})
