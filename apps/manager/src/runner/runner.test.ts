import { Stack, Worker } from "@alienplatform/core"
import { expect, test } from "vitest"
import { Platforms } from "../platforms/platforms.ts"
import { fakePlatform } from "../testing/fake-platform.ts"
import { type Answer, release, type TestManager, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"

async function create(manager: TestManager, more: object = {}): Promise<string> {
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", ...more })
  return body.deployment.id
}
const get = (manager: TestManager, id: string) => async () => (await manager.send("GET", `/v1/deployments/${id}`)).body
const info = (manager: TestManager, id: string) => async () =>
  (await manager.send("GET", `/v1/deployments/${id}/info`)).body
const reaches = (status: string) => (body: Answer["body"]) =>
  body.status === status && body.generation === body.observedGeneration

test("brings a deployment to its release and answers with its URL", async () => {
  await using manager = await testManager()
  const releaseId = await release(manager)
  const id = await create(manager)
  manager.startRunner()
  const running = await manager.until(get(manager, id), reaches("running"))
  expect(running).toMatchObject({ currentReleaseId: releaseId, error: null })
  const { resources } = await info(manager, id)()
  expect(resources.api).toMatchObject({
    publicUrl: "https://web.shop.example",
    publicEndpoints: { web: { url: "https://web.shop.example", host: "web.shop.example", front: "fake.route" } },
    endpoints: { web: { state: "ready" } },
  })
  expect([...manager.cloud.objects.keys()]).toHaveLength(2)
})

test("starts as soon as a release comes, and follows the next one", async () => {
  await using manager = await testManager()
  const id = await create(manager)
  manager.startRunner()
  const first = await release(manager)
  await manager.until(get(manager, id), (body) => body.currentReleaseId === first)
  const second = await release(manager, "ghcr.io/acme/api:2")
  await manager.until(get(manager, id), (body) => body.currentReleaseId === second && body.status === "running")
  expect(manager.cloud.calls).toContain("update fake.Program")
})

test("refuses a release that changes what is frozen, and leaves the installed one serving", async () => {
  await using manager = await testManager()
  const first = await release(manager, "ghcr.io/acme/api:1", "frozen")
  const id = await create(manager)
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  const second = await release(manager, "ghcr.io/acme/api:2", "frozen")
  const refused = await manager.until(get(manager, id), (body) => body.status === "update-failed")
  expect(refused).toMatchObject({ currentReleaseId: first, error: { code: "frozen_changed" } })
  const asked = await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId: second })
  expect(asked).toMatchObject({ status: 422, body: { context: { violations: [{ path: "resources.api" }] } } })
  const thawed = await release(manager, "ghcr.io/acme/api:2")
  await manager.until(get(manager, id), (body) => body.currentReleaseId === thawed)
})

test("runs nothing while it holds, and all of it after a redeploy", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await create(manager, { hold: true })
  const other = await create(manager, { name: "other" })
  manager.startRunner()
  await manager.until(get(manager, other), reaches("running"))
  expect((await get(manager, id)()).status).toBe("pending")
  await manager.send("POST", `/v1/deployments/${id}/redeploy`, {})
  await manager.until(get(manager, id), reaches("running"))
})

test("gives the deployment's variables to the resources they are meant for", async () => {
  await using manager = await testManager()
  await release(manager)
  const environmentVariables = [{ name: "COLOUR", value: "red", type: "plain", targetResources: ["api"] }]
  const id = await create(manager, { environmentVariables })
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  const program = [...manager.cloud.objects.values()].find((object) => object.id.startsWith("fake.Program"))
  expect(program?.props).toMatchObject({ environment: { COLOUR: "red" } })
})

test("fails with the reason of the cloud, and tries again when asked to", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await create(manager)
  manager.cloud.refused.add("fake.Route")
  manager.startRunner()
  const failed = await manager.until(get(manager, id), reaches("provisioning-failed"))
  expect(failed.error).toMatchObject({ code: "quota", context: { node: "api/route/web" } })
  manager.cloud.refused.clear()
  await manager.send("POST", `/v1/deployments/${id}/retry`)
  const running = await manager.until(get(manager, id), reaches("running"))
  expect(running).toMatchObject({ retryRequested: false, error: null })
})

test("deletes everything, frees the name and answers nothing more", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await create(manager)
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  await manager.send("POST", `/v1/deployments/${id}/delete`, { action: "cleanup" })
  await manager.until(get(manager, id), reaches("deleted"))
  expect(manager.cloud.objects.size).toBe(0)
  expect(manager.cloud.calls.at(-1)).toBe(`leftovers ${id}`)
  expect((await manager.send("GET", "/v1/deployments")).body.items).toEqual([])
  expect((await info(manager, id)()).resources.api.publicUrl).toBeNull()
  expect(await create(manager, { hold: true })).not.toBe(id)
})

test("says why it cannot delete, and does it after a retry", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await create(manager)
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  manager.cloud.refused.add("delete fake.Route")
  await manager.send("POST", `/v1/deployments/${id}/delete`, { action: "cleanup" })
  const failed = await manager.until(get(manager, id), reaches("delete-failed"))
  expect(failed.error).toMatchObject({ code: "access_lost" })
  manager.cloud.refused.clear()
  await manager.send("POST", `/v1/deployments/${id}/retry`)
  await manager.until(get(manager, id), reaches("deleted"))
})

test("deletes although leftovers cannot be removed", async () => {
  await using manager = await testManager()
  const id = await create(manager)
  manager.cloud.refused.add("leftovers")
  manager.startRunner()
  await manager.send("POST", `/v1/deployments/${id}/delete`, { action: "cleanup" })
  await manager.until(get(manager, id), reaches("deleted"))
})

test("forgets without a call to the cloud", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await create(manager)
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  const calls = manager.cloud.calls.length
  await manager.send("POST", `/v1/deployments/${id}/delete`, { action: "forget" })
  await manager.until(get(manager, id), reaches("deleted"))
  expect(manager.cloud.objects.size).toBe(2)
  expect(manager.cloud.calls.length).toBe(calls)
  expect(await manager.store.rows(id)).toEqual([])
})

test("sees a stopped workload and a healed one while somebody watches", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  await release(manager)
  const id = await create(manager)
  manager.startRunner()
  const state = async () => (await info(manager, id)()).resources.api.endpoints.web.state
  await manager.until(state, (now) => now === "ready")
  manager.probe.result = { outcome: "failed", code: "probe_failed", message: "no answer", phase: "connect" }
  clock.skip(5_000)
  await manager.until(state, (now) => now !== "ready")
  manager.probe.result = { outcome: "ok", status: 200, certificate: null }
  clock.skip(5_000)
  await manager.until(state, (now) => now === "ready")
})

test("only probes while all is well, and reads everything again within six hours", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  await release(manager)
  const id = await create(manager)
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  await manager.until(info(manager, id), ({ resources }) => resources.api.endpoints.web.state === "ready")
  const [calls, probes] = [manager.cloud.calls.length, manager.probe.count]
  clock.skip(5_000)
  await manager.until(
    async () => manager.probe.count,
    (count) => count > probes,
  )
  expect(manager.cloud.calls).toHaveLength(calls)
  clock.skip(6 * 3_600_000)
  await manager.until(
    async () => manager.cloud.calls.length,
    (count) => count > calls,
  )
  expect(manager.cloud.calls.slice(calls).filter((call) => !call.startsWith("read"))).toEqual([])
})

test("works on several deployments side by side, no more than the limit", async () => {
  await using manager = await testManager()
  await release(manager)
  const gate = Promise.withResolvers<void>()
  manager.cloud.gate = gate.promise
  const ids = await Promise.all(["a", "b", "c"].map((name) => create(manager, { name })))
  manager.startRunner({ limit: 2 })
  const statuses = async () => (await Promise.all(ids.map((id) => get(manager, id)()))).map(({ status }) => status)
  const busy = (all: string[]) => all.filter((status) => status === "provisioning").length === 2
  await manager.until(statuses, busy)
  expect(await statuses()).toContain("pending")
  gate.resolve()
  await manager.until(statuses, (all) => all.every((status) => status === "running"))
})

test("ends the step under way when it closes, and the next one goes on", async () => {
  await using manager = await testManager()
  await release(manager)
  const gate = Promise.withResolvers<void>()
  manager.cloud.gate = gate.promise
  const id = await create(manager)
  const first = manager.startRunner()
  await manager.until(get(manager, id), (body) => body.status === "provisioning")
  const closed = first.close()
  gate.resolve()
  await closed
  expect((await get(manager, id)()).status).toBe("provisioning")
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  expect(manager.cloud.calls.filter((call) => call.startsWith("create"))).toHaveLength(2)
})

test("takes over what a process that was killed still held", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await create(manager)
  const claim = await manager.store.claim("killed", Date.now(), 180_000)
  expect(claim?.lease.deployment).toBe(id)
  expect(await manager.store.endLeases(Date.now())).toBe(1)
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
})

test("fails a deployment whose newest release cannot be expanded with its variables, and keeps serving the old one", async () => {
  await using manager = await testManager()
  const first = await release(manager)
  const environmentVariables = [{ name: "COLOUR", value: "red", type: "plain", targetResources: ["api"] }]
  const id = await create(manager, { environmentVariables })
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  const other = new Worker("other").code({ type: "image", image: "ghcr.io/acme/api:1" }).build()
  const stack = { test: new Stack("shop").add(other, "live").build() }
  await manager.send("POST", "/v1/releases", { projectId: "default", stack })
  const failed = await manager.until(get(manager, id), reaches("update-failed"))
  expect(failed).toMatchObject({ currentReleaseId: first, error: { code: "stack_not_supported" } })
  expect(manager.cloud.objects.size).toBe(2)
})

test("asks the engine again when the platform may have lost objects, however well all seemed", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await create(manager)
  const watches: { lost: () => void; ended: boolean }[] = []
  const test = async () => ({
    ...fakePlatform(manager.cloud),
    watch: (lost: () => void) => {
      const watch = { lost, ended: false }
      watches.push(watch)
      return () => {
        watch.ended = true
      }
    },
  })
  const runner = manager.startRunner({ platforms: new Platforms({ test }) })
  await manager.until(get(manager, id), reaches("running"))
  await manager.until(info(manager, id), ({ resources }) => resources.api.endpoints.web.state === "ready")
  const { calls } = manager.cloud
  const before = calls.length
  expect(watches).toHaveLength(1)
  watches[0]?.lost()
  await manager.until(
    async () => calls.slice(before),
    (seen) => ["read fake.Program", "read fake.Route"].every((call) => seen.includes(call)),
  )
  await runner.close()
  expect(watches[0]?.ended).toBe(true)
})
