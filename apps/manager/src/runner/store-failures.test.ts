import { problem } from "@alienplatform/core"
import { expect, test } from "vitest"
import { fillable } from "../testing/failing-store.ts"
import { release, type TestManager, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"
import { LEASE_MS } from "./types.ts"

const unavailable = () => problem("store_unavailable", { message: "disk I/O error (SQLite 10)", retryable: true })
const shop = { name: "shop", platform: "test" }

async function created() {
  const clock = new SkippingClock()
  const manager = await testManager({ clock })
  await release(manager)
  const { body } = await manager.send("POST", "/v1/deployments", shop)
  const path = `/v1/deployments/${body.deployment.id}`
  return { manager, clock, path }
}

/** Until the deployment runs, a second at a time; answers with how many passed. */
async function secondsUntilRunning(manager: TestManager, clock: SkippingClock, path: string): Promise<number> {
  let seconds = 0
  await manager.until(
    async () => {
      clock.skip(1_000)
      seconds++
      return (await manager.send("GET", path)).body.status
    },
    (status) => status === "running",
  )
  return seconds
}

test("says that the disk is full, loses nothing, and goes on when there is room again", async () => {
  const { manager, clock, path } = await created()
  await using _ = manager
  const disk = fillable(manager.store)
  const gate = Promise.withResolvers<void>()
  manager.cloud.gate = gate.promise
  manager.startRunner()
  await manager.until(
    async () => (await manager.send("GET", path)).body.status,
    (status) => status === "provisioning",
  )
  disk.full = true
  gate.resolve()
  await manager.until(
    async () => disk.refused,
    (refused) => refused.includes("save") && refused.includes("finish"),
  )
  for (const [method, route, body] of [
    ["POST", "/v1/deployments", { ...shop, name: "other" }],
    ["PATCH", path, { stackSettings: {} }],
    ["POST", `${path}/plan`, {}],
  ] as const) {
    const refused = await manager.send(method, route, body)
    expect(refused).toMatchObject({ status: 503, body: { code: "store_unavailable", retryable: true } })
  }
  for (const route of [path, `${path}/info`]) expect((await manager.send("GET", route)).status).toBe(200)
  disk.full = false
  await secondsUntilRunning(manager, clock, path)
  expect(manager.cloud.objects.size).toBe(2)
  expect(manager.cloud.calls.filter((call) => call.startsWith("create"))).toHaveLength(2)
})

test("gives a claim back whose deployment could not be read", async () => {
  const { manager, clock, path } = await created()
  await using _ = manager
  const { deployment } = manager.store
  let failed = 0
  manager.store.deployment = async (id) => {
    if (failed++ === 0) throw unavailable()
    return deployment(id)
  }
  manager.startRunner()
  await manager.until(
    async () => failed,
    (times) => times > 0,
  )
  expect(await secondsUntilRunning(manager, clock, path)).toBeLessThan(LEASE_MS / 1000 / 2)
})

test("gives a claim back once the store takes it", async () => {
  const { manager, clock, path } = await created()
  await using _ = manager
  const { finish, deployment } = manager.store
  let left = 3
  manager.store.finish = async (...args) => {
    if (left-- > 0) throw unavailable()
    return finish(...args)
  }
  let read = 0
  manager.store.deployment = async (id) => {
    if (read++ === 0) throw unavailable()
    return deployment(id)
  }
  manager.startRunner()
  await manager.until(
    async () => left,
    (times) => times < 3,
  )
  expect(await secondsUntilRunning(manager, clock, path)).toBeLessThan(LEASE_MS / 1000 / 2)
})

test("closes although the store takes nothing any more", async () => {
  const { manager, path } = await created()
  await using _ = manager
  const disk = fillable(manager.store)
  const gate = Promise.withResolvers<void>()
  manager.cloud.gate = gate.promise
  const runner = manager.startRunner()
  await manager.until(
    async () => (await manager.send("GET", path)).body.status,
    (status) => status === "provisioning",
  )
  disk.full = true
  gate.resolve()
  await runner.close()
  expect(disk.refused).toContain("finish")
})
