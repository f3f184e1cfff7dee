import { Actor, Condition, DnsRecord, HostReport, problem } from "@alienplatform/core"
import { expect, test } from "vitest"
import { JSON_LIMIT } from "../http/json-body.ts"
import { testManager } from "../testing/manager.ts"

test("answers unknown routes with 404 and an error body", async () => {
  await using manager = await testManager()
  const { status, body } = await manager.send("GET", "/v1/nothing")
  expect(status).toBe(404)
  expect(body).toMatchObject({ code: "not_found", retryable: false, internal: false })
})

test("names every unknown field and every other mistake of a body at once", async () => {
  await using manager = await testManager()
  const sent = {
    name: "Not A Label",
    platform: "moon",
    colour: "red",
    hold: "yes",
    environmentVariables: [{ name: "1" }],
  }
  const { status, body } = await manager.send("POST", "/v1/deployments", sent)
  expect(status).toBe(400)
  expect(body.code).toBe("request_invalid")
  const paths = body.context.violations.map(({ path }: { path: string }) => path)
  expect(paths.sort()).toEqual([
    "colour",
    "environmentVariables[0].name",
    "environmentVariables[0].type",
    "environmentVariables[0].value",
    "hold",
    "name",
    "platform",
  ])
  expect(body.context.violations).toContainEqual(expect.objectContaining({ path: "colour", code: "key_unknown" }))
})

test("refuses text that is not JSON, and other media types", async () => {
  await using manager = await testManager()
  expect(await manager.send("POST", "/v1/releases", "{")).toMatchObject({
    status: 400,
    body: { code: "request_invalid" },
  })
  const headers = { authorization: `Bearer ${manager.token}`, "content-type": "text/plain" }
  const answer = await manager.app.request("/v1/releases", { method: "POST", headers, body: "{}" })
  expect(answer.status).toBe(415)
})

test("refuses a body above the limit", async () => {
  await using manager = await testManager()
  const { status, body } = await manager.send("POST", "/v1/releases", JSON.stringify({ stack: "x".repeat(JSON_LIMIT) }))
  expect(status).toBe(413)
  expect(body.code).toBe("request_too_large")
})

test("hides what a fault of its own says", async () => {
  await using manager = await testManager()
  manager.store.releases = async () => {
    throw new Error("password=hunter2")
  }
  const { status, body } = await manager.send("GET", "/v1/releases")
  expect(status).toBe(500)
  expect(body).toMatchObject({ code: "internal_error", internal: true })
  expect(JSON.stringify(body)).not.toContain("hunter2")
})

test("says what its machine lacks, as a fault that no request is the cause of", async () => {
  await using manager = await testManager()
  for (const internal of [false, true]) {
    manager.store.releases = async () => {
      throw problem("port_in_use", { message: "port 8443 is taken", internal })
    }
    const { status, body } = await manager.send("GET", "/v1/releases")
    expect([status, body.code]).toEqual([500, internal ? "internal_error" : "port_in_use"])
    expect(body.message === "port 8443 is taken").toBe(!internal)
  }
})

test("describes every route of the published contract with its statuses and required fields", async () => {
  await using manager = await testManager()
  const { body } = await manager.send("GET", "/openapi.json")
  expect(body.openapi).toBe("3.1.0")
  for (const [route, statuses] of Object.entries(PUBLISHED)) {
    const [method = "", path = ""] = route.split(" ")
    expect(Object.keys(body.paths[path][method].responses), route).toEqual(expect.arrayContaining(statuses))
  }
  // 400, 408, 413, 415 and faults can answer any request that needs a token.
  for (const operation of Object.values(body.paths).flatMap((one) => Object.values(one as object)))
    if (operation.security) expect(operation.responses.default, operation.operationId).toBeDefined()
  const { DeploymentResponse, DeploymentInfoResponse, CreateDeploymentRequest } = body.components.schemas
  expect(DeploymentInfoResponse.required).toEqual(
    expect.arrayContaining(["commands", "resources", "status", "platform"]),
  )
  expect(CreateDeploymentRequest.required).toEqual(["name", "platform"])
  expect(DeploymentResponse.required).toEqual(
    expect.arrayContaining(["id", "deploymentGroupId", "deploymentProtocolVersion", "retryRequested", "workspaceId"]),
  )
})

test("documents endpoints by the schemas by which they are judged and stored", async () => {
  await using manager = await testManager()
  const { schemas } = (await manager.send("GET", "/openapi.json")).body.components
  const parts = { Condition, DnsRecord, HostReport }
  for (const [name, { shape }] of Object.entries(parts))
    expect(Object.keys(schemas[name].properties), name).toEqual(Object.keys(shape))
  expect(schemas.Condition.properties.on.enum).toEqual(Actor.options)
  expect(schemas.EndpointStatus.properties).toMatchObject({
    conditions: { items: { $ref: "#/components/schemas/Condition" } },
    hosts: { items: { $ref: "#/components/schemas/HostReport" } },
    dnsRecords: { items: { $ref: "#/components/schemas/DnsRecord" } },
  })
})

const PUBLISHED = {
  "get /health": ["200"],
  "get /v1/whoami": ["200"],
  "get /v1/releases": ["200", "401"],
  "post /v1/releases": ["201"],
  "get /v1/releases/latest": ["200", "404"],
  "get /v1/releases/{id}": ["200", "404"],
  "get /v1/deployments": ["200", "401", "403"],
  "post /v1/deployments": ["201", "400", "401", "403"],
  "get /v1/deployments/{id}": ["200", "401", "403", "404"],
  "get /v1/deployments/{id}/info": ["200", "401", "403", "404"],
  "post /v1/deployments/{id}/delete": ["202", "401", "403", "404"],
  "post /v1/deployments/{id}/redeploy": ["200", "401", "403", "404"],
  "post /v1/deployments/{id}/retry": ["200", "401", "403", "404"],
}
