import type { ProbeResult } from "@alienplatform/endpoints"
import { SimulatedClock } from "@alienplatform/engine/testing"
import { expect, test } from "vitest"
import { probedStack, release, releaseStack, type TestManager, testManager } from "../testing/manager.ts"

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const create = async (manager: TestManager, name: string): Promise<string> =>
  (await manager.send("POST", "/v1/deployments", { name, platform: "test" })).body.deployment.id

/** When something of that kind was first told of a node, ms. */
async function firstEvent(manager: TestManager, id: string, node: string, event: string): Promise<number> {
  const all = await manager.store.events(id, { limit: 50 })
  const found = all.find((one) => one.node === node && one.event === event)
  if (!found) throw new Error(`nothing says ${event} of ${node}: ${JSON.stringify(all)}`)
  return found.at
}

test("200 deployments behind gates that never open all begin within 5 s of the first free place", async () => {
  const clock = new SimulatedClock()
  await using manager = await testManager({ clock })
  manager.cloud.notReady.add("slow")
  await releaseStack(manager, probedStack("ghcr.io/acme/slow:1"))
  const ids: string[] = []
  for (let index = 0; index < 200; index++) ids.push(await create(manager, `d${index}`))
  const runner = manager.startRunner()
  await manager.until(
    async () => manager.cloud.calls.filter((call) => call === "create fake.Revision").length,
    (made) => made === ids.length,
  )
  await runner.close()
  const free = await Promise.all(ids.slice(0, 8).map((id) => firstEvent(manager, id, "api/readiness", "waiting")))
  const begun = await Promise.all(ids.map((id) => firstEvent(manager, id, "api/program", "create")))
  expect(Math.max(...begun) - Math.min(...free)).toBeLessThan(5 * SECOND)
}, 60_000)

const failed: ProbeResult = { outcome: "failed", code: "probe_failed", message: "no answer", phase: "connect" }

/** A deployment whose objects are as wanted and whose app does not answer, and when who asked it. */
async function unanswered(manager: TestManager, clock: SimulatedClock) {
  const probes: number[] = []
  await release(manager)
  const id = await create(manager, "shop")
  manager.startRunner({
    probe: async () => {
      probes.push(clock.now())
      return failed
    },
  })
  await manager.until(
    async () => probes.length,
    (asked) => asked > 0,
  )
  const passes = async (ms: number) => {
    const end = clock.now() + ms
    await manager.until(
      async () => clock.now(),
      (now) => now >= end,
    )
  }
  return { id, probes, passes }
}

test("an endpoint that is not ready for an hour costs fewer than 60 reads and 60 probes, the fewer the longer it lasts", async () => {
  const clock = new SimulatedClock()
  await using manager = await testManager({ clock })
  const { probes, passes } = await unanswered(manager, clock)
  const reads = () => manager.cloud.calls.filter((call) => call.startsWith("read")).length
  const spent = () => ({ reads: reads(), probes: probes.length })
  const begin = spent()
  await passes(HOUR / 2)
  const half = spent()
  await passes(HOUR / 2)
  const hour = spent()
  for (const kind of ["reads", "probes"] as const) {
    expect(hour[kind] - begin[kind]).toBeLessThan(60)
    expect(hour[kind] - half[kind]).toBeLessThan((half[kind] - begin[kind]) / 3)
  }
  // It is not given up.
  await passes(6 * HOUR)
  expect(spent().reads).toBeGreaterThan(hour.reads)
  expect(spent().probes).toBeGreaterThan(hour.probes)
})

test("an endpoint that somebody watches is asked every 5 s, however long it has not been ready", async () => {
  const clock = new SimulatedClock()
  await using manager = await testManager({ clock })
  const { id, probes, passes } = await unanswered(manager, clock)
  await passes(6 * HOUR)
  const begin = clock.now()
  while (clock.now() < begin + MINUTE) {
    await manager.send("GET", `/v1/deployments/${id}/info`)
    await passes(SECOND)
  }
  const asked = [begin, ...probes.filter((at) => at > begin)]
  const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0))
  expect(asked.length).toBeGreaterThan(MINUTE / (5 * SECOND))
  expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * SECOND)
})
