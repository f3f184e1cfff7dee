import { TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import { SlotPool } from "./slots.ts"

const MINUTE = 60_000

const one = (type: TinyType) => (graph: Graph) => void graph.add(type, "api/thing", { size: 1 })

/** When another run gets the only slot, in ms after the start of the run. */
async function freeAfter(deployment: TinyDeployment, type: TinyType): Promise<number> {
  const slots = new SlotPool(1)
  const start = deployment.clock.now()
  const run = deployment.run(one(type), { slots })
  await deployment.clock.advance(1)
  const leave = await slots.take(undefined)
  const time = deployment.clock.now() - start
  leave()
  await run
  return time
}

describe("the slot of a run", () => {
  test("is given back while it only waits for something that changes", async () => {
    const Slow = tiny("thing", {}, { settleMs: 40_000 })
    const deployment = new TinyDeployment([Slow])
    expect(await freeAfter(deployment, Slow)).toBeLessThan(5_000)
  })

  test("is given back while a poll blocks for minutes", async () => {
    const Blocking: TinyType = {
      ...tiny("thing", { pollTimeoutMs: 10 * MINUTE }, { createMs: 5 * MINUTE }),
      poll: async ({ cloud }) => {
        await cloud.clock.until(cloud.clock.now() + 6 * MINUTE)
        return "done"
      },
    }
    const deployment = new TinyDeployment([Blocking])
    expect(await freeAfter(deployment, Blocking)).toBeLessThan(5_000)
    expect(deployment.objects("thing")).toHaveLength(1)
  })

  test("is given back while a call hangs", async () => {
    const Hanging: TinyType = {
      ...tiny("thing", { callTimeoutMs: 25_000 }),
      create: () => new Promise<never>(() => {}),
    }
    expect(await freeAfter(new TinyDeployment([Hanging]), Hanging)).toBeLessThan(5_000)
  })

  test("is given back when the run ends", async () => {
    const Quick = tiny("thing")
    const slots = new SlotPool(1)
    const deployment = new TinyDeployment([Quick])
    await deployment.run(one(Quick), { slots })
    const leave = await slots.take(undefined)
    leave()
    expect(slots.hasFree).toBe(true)
  })

  test("is waited for before anything is asked of the cloud, and again after every pause", async () => {
    const Slow = tiny("thing", {}, { settleMs: 20_000 })
    const slots = new SlotPool(1)
    const leave = await slots.take(undefined)
    const deployment = new TinyDeployment([Slow])
    const start = deployment.clock.now()
    const asked: number[] = []
    const before = () => void asked.push(deployment.clock.now() - start)
    const run = deployment.run(one(Slow), { slots, trouble: { before } })
    await deployment.clock.advance(10 * MINUTE)
    expect(asked).toEqual([])
    leave()
    expect((await run).outcome).toBe("settled")
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(10 * MINUTE)
  })
})
