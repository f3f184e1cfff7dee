import { createLimiterOver } from "@alienplatform/engine"
import { SimulatedClock } from "@alienplatform/engine/testing"
import { expect, test } from "vitest"
import { Platforms } from "../platforms/platforms.ts"
import { fakePlatform, LIMIT } from "../testing/fake-platform.ts"
import { release, testManager } from "../testing/manager.ts"

const MINUTE = 60_000

test("calls of all deployments, by whichever process, take their places in one limit of the account", async () => {
  const clock = new SimulatedClock()
  await using manager = await testManager({ clock })
  const { cloud, store } = manager
  cloud.limit = { calls: 1, per: MINUTE }
  await release(manager)
  const ids = await Promise.all(
    ["a", "b", "c"].map(async (name) => {
      const { body } = await manager.send("POST", "/v1/deployments", { name, platform: "test" })
      return body.deployment.id as string
    }),
  )
  // Two processes on one database: each opens the platform for itself.
  for (const limit of [1, 2])
    manager.startRunner({ limit, platforms: new Platforms({ test: async () => fakePlatform(cloud) }) })
  await manager.until(
    async () => (await store.deployments({ limit: 9 })).items.map(({ status }) => status),
    (all) => all.every((status) => status === "running"),
  )
  const events = await Promise.all(ids.map((id) => store.events(id, { limit: 99 })))
  const creates = events.flatMap((all) => all.filter(({ event }) => event === "create").map(({ at }) => at)).sort()
  expect(creates).toHaveLength(6)
  const pauses = creates.slice(1).map((at, index) => at - (creates[index] ?? 0))
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(MINUTE)
  expect(Math.max(...pauses)).toBeLessThan(MINUTE + 5_000)
})

test("a throttle outlives the process that met it", async () => {
  const clock = new SimulatedClock()
  await using manager = await testManager({ clock })
  const met = clock.now()
  await createLimiterOver({}, manager.store.buckets).hold([LIMIT], 10 * MINUTE)
  await release(manager)
  const { id } = (await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })).body.deployment
  manager.startRunner()
  const created = await manager.until(
    async () => (await manager.store.events(id, { limit: 99 })).find(({ event }) => event === "create")?.at,
    (at) => at !== undefined,
  )
  expect((created ?? 0) - met).toBeGreaterThanOrEqual(10 * MINUTE)
})
