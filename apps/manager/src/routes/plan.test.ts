import { Stack, Worker } from "@alienplatform/core"
import { expect, test } from "vitest"
import { release, testManager } from "../testing/manager.ts"

test("plans without touching the cloud before the first deploy", async () => {
  await using manager = await testManager()
  const releaseId = await release(manager)
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", hold: true })
  const path = `/v1/deployments/${created.body.deployment.id}/plan`
  expect((await manager.send("GET", path)).status).toBe(404)
  expect((await manager.send("POST", path, {})).status).toBe(202)
  const { body } = await manager.until(
    () => manager.send("GET", path),
    (answer) => answer.body.status !== "planning",
  )
  expect(body).toMatchObject({ status: "ready", releaseId, plan: { summary: { create: 2, delete: 0 } } })
  expect(body.text).toContain("api/program")
  expect(manager.cloud.calls).toEqual([])
})

test("plans a deployment that does not exist without storing or touching anything", async () => {
  await using manager = await testManager()
  const none = await manager.send("POST", "/v1/plans", { name: "shop", platform: "test" })
  expect(none).toMatchObject({ status: 422, body: { code: "release_unavailable" } })
  const api = new Worker("api").code({ type: "image", image: "acme/api:1" }).concurrencyLimit(3).publicEndpoint("web")
  const stack = { test: new Stack("shop").add(api.build(), "live").build() }
  const draft = await manager.send("POST", "/v1/releases", { projectId: "default", stack, draft: true })
  const releaseId = draft.body.id
  const environmentVariables = [{ name: "PASSWORD", value: "hunter2", type: "secret" }]
  const body = { name: "shop", platform: "test", releaseId, environmentVariables }
  const answer = await manager.send("POST", "/v1/plans", body)
  const notes = ["the concurrency limit of api is not enforced here"]
  expect(answer).toMatchObject({
    status: 200,
    body: { status: "ready", releaseId, plan: { summary: { create: 2, delete: 0 }, notes } },
  })
  expect(answer.body.resourcePrefix).toMatch(/^[a-z][a-z0-9]{7}$/)
  expect(answer.body.text).toContain(`${answer.body.resourcePrefix}-api-program`)
  expect(answer.body.text).toMatch(/\nNotes:\n {2}the concurrency limit of api is not enforced here\n$/)
  expect(JSON.stringify(answer.body)).not.toContain("hunter2")
  expect((await manager.send("GET", "/v1/deployments")).body.items).toEqual([])
  expect((await manager.store.release(releaseId))?.draft).toBe(true)
  expect(manager.cloud.calls).toEqual([])
})

test("notes which settings are taken and change nothing", async () => {
  await using manager = await testManager()
  await release(manager)
  const stackSettings = { heartbeats: "on", telemetry: "auto" }
  const { body } = await manager.send("POST", "/v1/plans", { name: "shop", platform: "test", stackSettings })
  expect(body.plan.notes).toEqual([
    expect.stringMatching(/^heartbeats "on" changes nothing/),
    expect.stringMatching(/^telemetry "auto" changes nothing/),
  ])
  const off = { heartbeats: "off", telemetry: "off" }
  const quiet = await manager.send("POST", "/v1/plans", { name: "shop", platform: "test", stackSettings: off })
  expect(quiet.body.plan.notes).toEqual([])
})

test("refuses to plan a new deployment under a taken name, and what a new one could not be", async () => {
  await using manager = await testManager()
  await release(manager)
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const taken = await manager.send("POST", "/v1/plans", { name: "shop", platform: "test" })
  expect(taken).toMatchObject({ status: 409, body: { code: "name_taken", context: { id: body.deployment.id } } })
  const refused = async (more: object) =>
    (await manager.send("POST", "/v1/plans", { name: "other", platform: "test", ...more })).body.code
  expect(await refused({ name: "Other" })).toBe("request_invalid")
  expect(await refused({ releaseId: "rel_none" })).toBe("release_unavailable")
  expect(await refused({ stackSettings: { network: { type: "create" } } })).toBe("setting_not_supported")
})

test("begins a plan again that a restart interrupted", async () => {
  await using manager = await testManager()
  const releaseId = await release(manager)
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", hold: true })
  const { id } = created.body.deployment
  await manager.store.savePlan(id, { status: "planning", request: { releaseId, stackSettings: {} } }, 1)
  const { body } = await manager.until(
    () => manager.send("GET", `/v1/deployments/${id}/plan`),
    (answer) => answer.body.status !== "planning",
  )
  expect(body).toMatchObject({ status: "ready", createdAt: "1970-01-01T00:00:00.001Z" })
})

test("begins a plan again that an older version stored, which did not tell values of variables apart", async () => {
  await using manager = await testManager()
  const releaseId = await release(manager)
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", hold: true })
  const { id } = created.body.deployment
  const old = { status: "ready", request: { releaseId, stackSettings: {} }, plan: {}, text: "environment: hunter2" }
  await manager.store.savePlan(id, old, 1)
  const first = await manager.send("GET", `/v1/deployments/${id}/plan`)
  expect(first.body).toEqual({ status: "planning", createdAt: "1970-01-01T00:00:00.001Z", releaseId })
  const { body } = await manager.until(
    () => manager.send("GET", `/v1/deployments/${id}/plan`),
    (answer) => answer.body.status !== "planning",
  )
  expect(body).toMatchObject({ status: "ready", plan: { summary: { create: 2 } } })
})

test("refuses to plan without a release and with settings that cannot be", async () => {
  await using manager = await testManager()
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const path = `/v1/deployments/${created.body.deployment.id}/plan`
  expect(await manager.send("POST", path, {})).toMatchObject({ status: 422, body: { code: "release_unavailable" } })
  await release(manager)
  const stackSettings = { network: { type: "create" } }
  expect(await manager.send("POST", path, { stackSettings })).toMatchObject({
    status: 422,
    body: { code: "setting_not_supported" },
  })
})
