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
