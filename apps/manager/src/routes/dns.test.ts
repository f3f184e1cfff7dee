import type { DnsRecord } from "@alienplatform/core"
import { anEndpointReport } from "@alienplatform/core/testing"
import { expect, test } from "vitest"
import { testManager } from "../testing/manager.ts"

const dnsRecords: DnsRecord[] = [
  { type: "CNAME", name: "api.example.com", value: "d.example.net", purpose: "routing", status: "missing" },
]

test("answers with the records of all endpoints as JSON, as a zone file and as text", async () => {
  await using manager = await testManager()
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const { id } = body.deployment
  const claim = await manager.store.claim("test", Date.now(), 1_000)
  if (!claim) throw new Error("not due")
  const row = { resource: "api", endpoint: "web", position: 0, report: anEndpointReport({ dnsRecords }) }
  await manager.store.saveEndpoints(claim.lease, [row])
  const dns = (format: string) => manager.send("GET", `/v1/deployments/${id}/dns${format}`)
  const expected = { records: [{ resource: "api", endpoint: "web", ...dnsRecords[0] }] }
  expect(await dns("")).toMatchObject({ status: 200, body: expected })
  const zone = await dns("?format=zone")
  expect(zone.headers.get("content-type")).toMatch(/^text\/plain/)
  expect(zone.body).toContain("api.example.com. IN CNAME d.example.net.")
  expect((await dns("?format=text")).body).toContain("Create the CNAME record api.example.com")
  expect((await dns("?format=xml")).status).toBe(400)
})

test("has no records where none are needed, and none of an unknown deployment", async () => {
  await using manager = await testManager()
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  expect((await manager.send("GET", `/v1/deployments/${body.deployment.id}/dns`)).body).toEqual({ records: [] })
  expect((await manager.send("GET", "/v1/deployments/dep_none/dns")).status).toBe(404)
})
