import { aCondition } from "@alienplatform/core/testing"
import { expect, test } from "vitest"
import { conforms } from "./conforms.ts"
import { release, testManager } from "./manager.ts"

test("passes real answers of endpoints, with and without a report, and of a plan that is under way", async () => {
  await using manager = await testManager()
  await release(manager)
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const path = `/v1/deployments/${body.deployment.id}`
  await manager.send("POST", `${path}/plan`, {})
  await manager.send("GET", `${path}/plan`)
  await manager.send("GET", `${path}/info`)
  manager.startRunner()
  await manager.until(
    () => manager.send("GET", `${path}/info`),
    (answer) => answer.body.resources.api.endpoints.web.state === "ready",
  )
})

test("fails for an answer that lacks what is documented", () => {
  expect(() => conforms("GET", "/v1/deployments/dep_a?x=1", 200, { id: "dep_a" })).toThrow(
    /GET \/v1\/deployments\/dep_a/,
  )
  expect(() => conforms("GET", "/v1/releases/latest", 404, { code: "not_found" })).toThrow(/404/)
})

test("takes an error without context and a condition that says neither what was expected nor observed", () => {
  const error = { code: "not_found", message: "no", retryable: false, internal: false }
  conforms("GET", "/v1/deployments/dep_a", 404, error)
  const endpoint = {
    state: "ready",
    conditions: [aCondition()],
    dnsRecords: [],
    hosts: [],
    certificate: null,
    unmanagedHosts: [],
  }
  const resources = { api: { resourceType: "worker", endpoints: { web: endpoint } } }
  const commands = { url: "http://127.0.0.1:1", deploymentId: "dep_a" }
  const status = { platform: "local", status: "running", generation: 1, observedGeneration: 1 }
  conforms("GET", "/v1/deployments/dep_a/info", 200, { commands, ...status, resources })
  const plan = { status: "planning", createdAt: "2030-01-01T00:00:00Z", releaseId: "rel_a" }
  conforms("GET", "/v1/deployments/dep_a/plan", 200, plan)
})
