import { expect, test } from "vitest"
import { release, releaseStack, stackWith, type TestManager, testManager } from "../testing/manager.ts"

async function deployment(manager: TestManager, more: object = {}): Promise<string> {
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", ...more })
  return body.deployment.id
}

test("redeploys the newest release without one, and keeps to an older one that is named", async () => {
  await using manager = await testManager()
  const first = await release(manager)
  await release(manager)
  const id = await deployment(manager, { hold: true })
  const pinned = await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId: first })
  expect(pinned).toMatchObject({ status: 200, body: { desiredReleaseId: first, hold: false, generation: 2 } })
  expect((await manager.send("POST", `/v1/deployments/${id}/redeploy`)).body.desiredReleaseId).toBeNull()
  const unknown = await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId: "rel_no" })
  expect(unknown).toMatchObject({ status: 422, body: { code: "release_unavailable" } })
})

test("follows what comes after the newest release, also when that is named and a draft until then", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await deployment(manager, { hold: true })
  const stack = { test: stackWith("ghcr.io/acme/api:2") }
  const { body } = await manager.send("POST", "/v1/releases", { projectId: "default", stack, draft: true })
  const draft = body.id
  const followed = await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId: draft })
  expect(followed).toMatchObject({ status: 200, body: { desiredReleaseId: null, generation: 2 } })
  expect((await manager.send("GET", "/v1/releases/latest")).body).toMatchObject({ id: draft, draft: false })
  await release(manager)
  expect((await manager.send("GET", `/v1/deployments/${id}`)).body.generation).toBe(3)
})

test("keeps to the newest release that is named where updates need an approval", async () => {
  await using manager = await testManager()
  const first = await release(manager)
  const id = await deployment(manager, { hold: true, stackSettings: { updates: "approval-required" } })
  const approved = await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId: first })
  expect(approved.body.desiredReleaseId).toBe(first)
})

test("does not redeploy where there is no release", async () => {
  await using manager = await testManager()
  const id = await deployment(manager)
  const answer = await manager.send("POST", `/v1/deployments/${id}/redeploy`, {})
  expect(answer).toMatchObject({ status: 422, body: { code: "release_unavailable" } })
})

test("goes back to the installed release, then to the one before, and keeps to it", async () => {
  await using manager = await testManager()
  const first = await release(manager)
  const id = await deployment(manager)
  const rollback = () => manager.send("POST", `/v1/deployments/${id}/redeploy`, { previous: true })
  const nothing = await rollback()
  expect(nothing).toMatchObject({ status: 422, body: { code: "release_unavailable" } })
  expect(nothing.body.message).toContain("none was installed whole yet")
  const claim = await manager.store.claim("test", Date.now(), 60_000)
  if (!claim) throw new Error("not due")
  const installed = (currentReleaseId: string) => manager.store.report(claim.lease, { currentReleaseId }, 1)
  await installed(first)
  const only = await rollback()
  expect([only.status, only.body.message]).toEqual([422, expect.stringContaining(`${first} is the only one`)])
  const second = await release(manager, "ghcr.io/acme/api:2")
  expect((await rollback()).body.desiredReleaseId).toBe(first)
  await manager.send("POST", `/v1/deployments/${id}/redeploy`, {})
  await installed(second)
  expect((await rollback()).body).toMatchObject({ desiredReleaseId: first, previousReleaseId: first })
  await release(manager, "ghcr.io/acme/api:3")
  await installed(first)
  expect((await rollback()).body.desiredReleaseId).toBe(second)
  const newest = await release(manager, "ghcr.io/acme/api:4")
  await installed(newest)
  await installed(second)
  expect((await rollback()).body.desiredReleaseId).toBe(newest)
  const both = await manager.send("POST", `/v1/deployments/${id}/redeploy`, { previous: true, releaseId: first })
  expect([both.status, both.body.code]).toEqual([400, "request_invalid"])
})

test("marks a retry until a run takes it up", async () => {
  await using manager = await testManager()
  const id = await deployment(manager)
  const { status, body } = await manager.send("POST", `/v1/deployments/${id}/retry`)
  expect([status, body.retryRequested, body.error]).toEqual([200, true, null])
})

test("merges settings, and refuses what cannot be set or changed", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await deployment(manager)
  const patch = (body: object) => manager.send("PATCH", `/v1/deployments/${id}`, body)
  const changed = await patch({ stackSettings: { updates: "approval-required" } })
  expect(changed).toMatchObject({
    status: 200,
    body: { generation: 2, stackSettings: { updates: "approval-required" } },
  })
  const back = await patch({ stackSettings: { updates: null, network: { type: "use-default" } } })
  expect(back.body.stackSettings).toEqual({ updates: "auto", network: { type: "use-default" } })
  expect(await patch({ stackSettings: { network: { type: "create" } } })).toMatchObject({
    status: 422,
    body: { code: "setting_not_supported" },
  })
  expect((await patch({ stackSettings: { endpoints: { nobody: {} } } })).status).toBe(400)
  expect((await patch({ stackSettings: {}, platform: "aws" })).status).toBe(400)
  const deep = `{"stackSettings":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`
  expect((await manager.send("PATCH", `/v1/deployments/${id}`, deep)).status).toBe(400)
})

test("takes a deletion once and nothing else after it", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await deployment(manager)
  const remove = (action: string) => manager.send("POST", `/v1/deployments/${id}/delete`, { action })
  expect((await remove("burn")).status).toBe(400)
  expect(await remove("cleanup")).toMatchObject({ status: 202, body: { status: "deleting", deleteAction: "cleanup" } })
  expect((await remove("cleanup")).status).toBe(202)
  for (const [method, rest, body] of [
    ["POST", "/redeploy", {}],
    ["POST", "/plan", {}],
    ["PATCH", "", { stackSettings: {} }],
  ] as const)
    expect(await manager.send(method, `/v1/deployments/${id}${rest}`, body)).toMatchObject({
      status: 409,
      body: { code: "deployment_deleting" },
    })
})

test("follows releases of its own stack, and another one's only after it was asked for", async () => {
  await using manager = await testManager()
  const own = await release(manager)
  const id = await deployment(manager)
  manager.startRunner()
  const installed = (releaseId: string) =>
    manager.until(
      () => manager.send("GET", `/v1/deployments/${id}`),
      ({ body }) => body.currentReleaseId === releaseId && body.generation === body.observedGeneration,
    )
  await installed(own)
  const other = { ...stackWith("ghcr.io/acme/other:1"), id: "other" }
  await releaseStack(manager, other)
  expect((await manager.send("GET", `/v1/deployments/${id}`)).body).toMatchObject({ generation: 1 })
  await manager.send("POST", `/v1/deployments/${id}/redeploy`)
  expect((await installed(own)).body.desiredReleaseId).toBeNull()
  const next = await releaseStack(manager, stackWith("ghcr.io/acme/api:2"))
  await installed(next)

  const moved = await releaseStack(manager, other)
  await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId: moved, otherStack: true })
  expect((await installed(moved)).body.desiredReleaseId).toBeNull()
  await release(manager)
  await installed(await releaseStack(manager, other))
})
