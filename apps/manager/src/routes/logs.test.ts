import type { LogEntry } from "@alienplatform/api"
import { createClient } from "@alienplatform/api/client"
import { expect, test } from "vitest"
import { conforms } from "../testing/conforms.ts"
import { type Answer, release, type TestManager, testManager } from "../testing/manager.ts"

const entry = (line: string, resource = "api"): LogEntry => ({
  ...{ time: "2030-01-01T00:00:00.000Z", resource, replica: 1, incarnation: 2, stream: "stdout", line },
})

async function deployed(manager: TestManager): Promise<string> {
  await release(manager)
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  return body.deployment.id
}

test("answers with one line each and where to go on, and passes on what was asked", async () => {
  await using manager = await testManager()
  manager.cloud.logs = { entries: [entry("one"), entry("two\nlines")], cursor: "next" }
  const id = await deployed(manager)
  const { status, headers, body } = await manager.send("GET", `/v1/deployments/${id}/logs`)
  expect([status, headers.get("x-next-cursor")]).toEqual([200, "next"])
  expect(headers.get("content-type")).toMatch(/^application\/x-ndjson/)
  expect(body).toBe(`${JSON.stringify(entry("one"))}\n${JSON.stringify(entry("two\nlines"))}\n`)
  await manager.send("GET", `/v1/deployments/${id}/logs?resource=API&since=abc&limit=7&access=true`)
  expect(manager.cloud.logQueries).toEqual([
    { deployment: id, limit: 200, access: false },
    { deployment: id, limit: 7, access: true, resource: "api", since: "abc" },
  ])
})

test("is understood by the client, also when there is nothing new", async () => {
  await using manager = await testManager()
  manager.cloud.logs = { entries: [entry("one")], cursor: "next" }
  const id = await deployed(manager)
  const fetch = async (url: string | URL | Request, init?: RequestInit) => manager.app.request(`${url}`, init)
  const client = createClient({
    url: "http://127.0.0.1:1",
    token: manager.token,
    fetch: fetch as typeof globalThis.fetch,
  })
  expect(await client.logs(id, { limit: 1 })).toEqual({ entries: [entry("one")], cursor: "next" })
  manager.cloud.logs.entries.pop()
  expect(await client.logs(id, { since: "next" })).toEqual({ entries: [], cursor: "next" })
})

test("answers who accepts JSON by name with one document, of the lines since a time", async () => {
  await using manager = await testManager()
  const at = (time: string, more: Partial<LogEntry> = {}) => ({ ...entry(time), time, ...more })
  const entries = [at("2030-01-01T00:00:00.000Z"), at("2030-01-01T00:00:01.000Z", { stream: "stderr" })]
  manager.cloud.logs = { entries, cursor: "next" }
  const id = await deployed(manager)
  const headers = { authorization: `Bearer ${manager.token}`, accept: "application/json" }
  const ask = async (query: string) => {
    const response = await manager.app.request(`/v1/deployments/${id}/logs${query}`, { headers })
    const body: Answer["body"] = await response.json()
    conforms("GET", `/v1/deployments/${id}/logs`, response.status, body)
    return body
  }
  const { items } = await ask("?limit=5000")
  expect(items.map(({ severity }: { severity: string }) => severity)).toEqual(["INFO", "ERROR"])
  expect((await ask("?since=2030-01-01T00:00:01Z")).items).toEqual([
    {
      timestamp: "2030-01-01T00:00:01.000Z",
      ...{ severity: "ERROR", resource: "api", message: "2030-01-01T00:00:01.000Z" },
      attributes: { stream: "stderr", replica: "1", incarnation: "2" },
    },
  ])
  expect(manager.cloud.logQueries.map(({ limit, since }) => [limit, since])).toEqual([
    [5000, undefined],
    [200, undefined],
  ])
  expect((await ask("?since=next")).context.violations).toMatchObject([{ path: "since", code: "value_malformed" }])
})

test("names what a resource is called when it is asked for another one", async () => {
  await using manager = await testManager()
  manager.cloud.logs = { entries: [], cursor: "" }
  const id = await deployed(manager)
  const { status, body } = await manager.send("GET", `/v1/deployments/${id}/logs?resource=apj`)
  expect([status, body.code, body.context]).toEqual([404, "resource_unknown", { resource: "apj", resources: ["api"] }])
  const bad = await manager.send("GET", `/v1/deployments/${id}/logs?since=bad`)
  expect([bad.status, bad.body.code]).toEqual([400, "cursor_invalid"])
  expect((await manager.send("GET", `/v1/deployments/${id}/logs?limit=0`)).status).toBe(400)
})

test("says that a platform keeps no logs", async () => {
  await using manager = await testManager()
  const id = await deployed(manager)
  const { status, body } = await manager.send("GET", `/v1/deployments/${id}/logs`)
  expect([status, body.code]).toEqual([422, "logs_not_supported"])
})

test("counts as watching", async () => {
  await using manager = await testManager()
  manager.cloud.logs = { entries: [], cursor: "" }
  const id = await deployed(manager)
  manager.startRunner()
  await manager.until(
    async () => (await manager.send("GET", `/v1/deployments/${id}`)).body.status,
    (status) => status === "running",
  )
  const probes = manager.probe.count
  await manager.send("GET", `/v1/deployments/${id}/logs`)
  await manager.until(
    async () => manager.probe.count,
    (count) => count > probes,
  )
})
