import { newId } from "@alienplatform/core"
import type { NewDeployment } from "@alienplatform/store"
import { expect, test } from "vitest"
import { release, testManager } from "../testing/manager.ts"

const shop = { name: "shop", platform: "test" }

test("creates a deployment with the fields of the contract", async () => {
  await using manager = await testManager()
  const { status, body } = await manager.send("POST", "/v1/deployments", shop)
  expect(status).toBe(201)
  expect(body).toMatchObject({ deploymentModel: "push", token: null })
  expect(body.deployment).toMatchObject({
    ...shop,
    ...{ status: "pending", workspaceId: "default", projectId: "default", deploymentGroupId: "default" },
    ...{ deploymentProtocolVersion: 1, retryRequested: false, generation: 1, observedGeneration: 0, hold: false },
    stackSettings: { updates: "auto" },
  })
  expect(body.deployment.resourcePrefix).toMatch(/^[a-z][a-z0-9]{7}$/)
  expect((await manager.send("GET", `/v1/deployments/${body.deployment.id}`)).body).toEqual(body.deployment)
})

test("answers the same body with the same deployment, another body with 409", async () => {
  await using manager = await testManager()
  const first = await manager.send("POST", "/v1/deployments", shop)
  const again = await manager.send("POST", "/v1/deployments", { platform: "test", name: "shop" })
  expect(again).toMatchObject({ status: 201, body: { deployment: { id: first.body.deployment.id } } })
  const other = await manager.send("POST", "/v1/deployments", { ...shop, hold: true })
  expect(other).toMatchObject({ status: 409, body: { code: "name_taken", context: { id: first.body.deployment.id } } })
})

test("answers the same body twice at once with one deployment", async () => {
  await using manager = await testManager()
  const both = await Promise.all([1, 2].map(() => manager.send("POST", "/v1/deployments", shop)))
  expect(both.map(({ status }) => status)).toEqual([201, 201])
  expect(new Set(both.map(({ body }) => body.deployment.id)).size).toBe(1)
})

test("refuses names that are no DNS label of at most 40 characters", async () => {
  await using manager = await testManager()
  for (const name of ["", "Shop", "-a", "a-", "a.b", "a".repeat(41)])
    expect((await manager.send("POST", "/v1/deployments", { ...shop, name })).status, name).toBe(400)
  expect((await manager.send("POST", "/v1/deployments", { ...shop, name: "a".repeat(40) })).status).toBe(201)
})

test("refuses what it takes but cannot do, with a code", async () => {
  await using manager = await testManager()
  await release(manager)
  const refused = async (more: object) => {
    const { status, body } = await manager.send("POST", "/v1/deployments", { ...shop, ...more })
    return [status, body.code]
  }
  const settings = (stackSettings: object) => refused({ stackSettings })
  expect(await refused({ platform: "kubernetes" })).toEqual([422, "platform_not_supported"])
  expect(await refused({ releaseId: "rel_nothing" })).toEqual([422, "release_unavailable"])
  expect(await refused({ target: { aws: { region: "us-east-1" } } })).toEqual([400, "request_invalid"])
  const domain = {
    domain: "a.example.com",
    certificate: {
      aws: { certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012" },
    },
  }
  expect(await settings({ domains: { customDomains: { api: domain } } })).toEqual([422, "setting_not_supported"])
  expect(await settings({ endpoints: { api: { exposure: "network" } } })).toEqual([422, "setting_not_supported"])
  expect(await settings({ endpointAccess: "private" })).toEqual([422, "setting_not_supported"])
  expect(await settings({ netwrok: {} })).toEqual([400, "settings_invalid"])
})

test("refuses variables for resources that the stack does not have", async () => {
  await using manager = await testManager()
  await release(manager)
  const environmentVariables = [{ name: "A", value: "1", type: "plain", targetResources: ["api", "nobody"] }]
  const { status, body } = await manager.send("POST", "/v1/deployments", { ...shop, environmentVariables })
  expect([status, body.code]).toEqual([422, "stack_not_supported"])
  expect(body.context.violations).toHaveLength(1)
})

test("keeps a deployment whose updates need an approval at the newest release of its day", async () => {
  await using manager = await testManager()
  const first = await release(manager)
  const stackSettings = { updates: "approval-required" }
  const { body } = await manager.send("POST", "/v1/deployments", { ...shop, stackSettings })
  expect(body.deployment.desiredReleaseId).toBe(first)
})

test("lists by name, platform, status and group, in pages", async () => {
  await using manager = await testManager()
  for (const name of ["a", "b", "c"]) await manager.send("POST", "/v1/deployments", { ...shop, name })
  const names = async (query: string) => {
    const { body } = await manager.send("GET", `/v1/deployments${query}`)
    return body.items.map(({ name }: { name: string }) => name)
  }
  expect(await names("")).toEqual(["c", "b", "a"])
  expect(await names("?name=b&include=deploymentGroup")).toEqual(["b"])
  expect(await names("?platform=local")).toEqual([])
  expect(await names("?status=running")).toEqual([])
  expect(await names("?deploymentGroupId=default&limit=1")).toEqual(["c"])
  expect(await names("?deploymentGroupId=other")).toEqual([])
})

test("answers the whole list to a client that knows no pages, reading a page at a time", async () => {
  await using manager = await testManager()
  const names = Array.from({ length: 120 }, (_, index) => `n${index}`)
  const base = (await manager.send("POST", "/v1/deployments", { ...shop, hold: true })).body.deployment.id
  const like = await manager.store.deployment(base)
  for (const name of names) await manager.store.createDeployment({ ...like, ...seed(name) } as NewDeployment, 1)
  const limits: number[] = []
  const read = manager.store.deployments.bind(manager.store)
  manager.store.deployments = (asked) => {
    limits.push(asked.limit)
    return read(asked)
  }
  const { body } = await manager.send("GET", "/v1/deployments")
  expect(body.items.map(({ name }: { name: string }) => name)).toEqual([...names.toReversed(), "shop"])
  expect(body.nextCursor).toBeNull()
  expect([limits.length, Math.max(...limits)]).toEqual([3, 50])
  expect((await manager.send("GET", "/v1/deployments?limit=100")).body.items).toHaveLength(100)
  const second = await manager.send("GET", `/v1/deployments?cursor=${(await read({ limit: 1 })).nextCursor}`)
  expect([second.body.items.length, second.body.nextCursor]).toEqual([50, expect.any(String)])
})

test("breaks a list off where it cannot be read to its end", async () => {
  await using manager = await testManager()
  await manager.send("POST", "/v1/deployments", shop)
  const read = manager.store.deployments.bind(manager.store)
  manager.store.deployments = async ({ cursor, ...asked }) => {
    if (cursor !== undefined) throw new Error("the disk is gone")
    return { ...(await read(asked)), nextCursor: "1" }
  }
  const headers = { authorization: `Bearer ${manager.token}` }
  const response = await manager.app.request("/v1/deployments", { headers })
  await expect(response.text()).rejects.toThrow("the disk is gone")
})

const seed = (name: string) => ({ id: newId("dep"), name, createdWith: name, createdAt: 1 })

test("takes a release to begin with under the name that published clients give it", async () => {
  await using manager = await testManager()
  const first = await release(manager)
  await release(manager, "ghcr.io/acme/api:2")
  const pinned = { ...shop, pinnedReleaseId: first }
  const { body } = await manager.send("POST", "/v1/deployments", pinned)
  expect(body.deployment.desiredReleaseId).toBe(first)
  expect((await manager.send("POST", "/v1/deployments", pinned)).body.deployment.id).toBe(body.deployment.id)
  const both = await manager.send("POST", "/v1/deployments", { ...pinned, releaseId: "rel_other" })
  expect(both.body.context.violations).toMatchObject([{ path: "pinnedReleaseId", code: "value_malformed" }])
})

test("takes what published clients ask for where it is nothing, and refuses the rest by its name", async () => {
  await using manager = await testManager()
  const nothing = { basePlatform: null, inputValues: {}, setupHandoff: "immediate", setupMethod: null }
  expect((await manager.send("POST", "/v1/deployments", { ...shop, ...nothing })).status).toBe(201)
  const something = {
    ...{ basePlatform: "aws", inputValues: { region: "eu" }, setupHandoff: "await-registration", setupMethod: "helm" },
    name: "other",
  }
  const { status, body } = await manager.send("POST", "/v1/deployments", { ...shop, ...something })
  expect([status, body.code]).toEqual([422, "setting_not_supported"])
  expect(body.context.violations.map(({ path }: { path: string }) => path)).toEqual([
    "basePlatform",
    "inputValues.region",
    "setupHandoff",
    "setupMethod",
  ])
})

test("answers a deletion with the deployment and with what published clients read", async () => {
  await using manager = await testManager()
  const { body: created } = await manager.send("POST", "/v1/deployments", shop)
  const path = `/v1/deployments/${created.deployment.id}/delete`
  const { status, body } = await manager.send("POST", path, { action: "forget" })
  expect(status).toBe(202)
  expect(body).toMatchObject({
    ...{ id: created.deployment.id, status: "deleting", action: "forget", cleanupRequired: false },
    message: "shop is being deleted (forget)",
  })
  const retained = await manager.send("POST", path, { action: "retain" })
  expect(retained).toMatchObject({ status: 422, body: { code: "not_supported", context: { action: "retain" } } })
})

test("answers 404 for an unknown deployment on every route", async () => {
  await using manager = await testManager()
  for (const [method, rest, body] of [
    ["GET", ""],
    ["GET", "/info"],
    ["GET", "/plan"],
    ["POST", "/plan", {}],
    ["POST", "/redeploy", {}],
    ["POST", "/retry"],
    ["POST", "/delete", { action: "cleanup" }],
    ["PATCH", "", { stackSettings: {} }],
  ] as const)
    expect((await manager.send(method, `/v1/deployments/dep_no${rest}`, body)).status, method + rest).toBe(404)
})
