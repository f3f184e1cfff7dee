import { type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import { SlotPool } from "./slots.ts"

const MINUTE = 60_000

const one = (type: TinyType) => (graph: Graph) => void graph.add(type, "api/thing", { size: 1 })

/** When somebody else gets the only slot for a moment, ms after the start of the run. */
async function freeAfter(trial: Trial, type: TinyType): Promise<number> {
  const slots = new SlotPool(1)
  const start = trial.clock.now()
  const run = trial.run(one(type), { slots })
  await trial.clock.advance(1)
  const leave = await slots.take(undefined)
  const time = trial.clock.now() - start
  leave()
  await run
  return time
}

describe("the slot of a run", () => {
  test("is given back while it only waits for something that changes", async () => {
    const Slow = tiny("thing", {}, { settlesIn: 40_000 })
    const trial = new Trial([Slow])
    expect(await freeAfter(trial, Slow)).toBeLessThan(5_000)
  })

  test("is given back while a poll blocks for minutes", async () => {
    const Blocking: TinyType = {
      ...tiny("thing", { pollTimeout: 10 * MINUTE }, { createTakes: 5 * MINUTE }),
      poll: async ({ cloud }) => {
        await cloud.clock.until(cloud.clock.now() + 6 * MINUTE)
        return "done"
      },
    }
    const trial = new Trial([Blocking])
    expect(await freeAfter(trial, Blocking)).toBeLessThan(5_000)
    expect(trial.objects("thing")).toHaveLength(1)
  })

  test("is given back while a call hangs", async () => {
    const Hanging: TinyType = { ...tiny("thing", { callTimeout: 25_000 }), create: () => new Promise<never>(() => {}) }
    expect(await freeAfter(new Trial([Hanging]), Hanging)).toBeLessThan(5_000)
  })

  test("is given back when the run ends", async () => {
    const Quick = tiny("thing")
    const slots = new SlotPool(1)
    const trial = new Trial([Quick])
    await trial.run(one(Quick), { slots })
    const leave = await slots.take(undefined)
    leave()
    expect(slots.hasFree).toBe(true)
  })

  test("is waited for before anything is asked of the cloud, and again after every pause", async () => {
    const Slow = tiny("thing", {}, { settlesIn: 20_000 })
    const slots = new SlotPool(1)
    const leave = await slots.take(undefined)
    const trial = new Trial([Slow])
    const start = trial.clock.now()
    const asked: number[] = []
    const before = () => void asked.push(trial.clock.now() - start)
    const run = trial.run(one(Slow), { slots, trouble: { before } })
    await trial.clock.advance(10 * MINUTE)
    expect(asked).toEqual([])
    leave()
    expect((await run).outcome).toBe("settled")
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(10 * MINUTE)
  })
})
