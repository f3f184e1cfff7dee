import { type Interference, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const MINUTE = 60_000
const Limited = tiny("limited", { limits: () => ["bucket"] })
const one = (graph: Graph) => void graph.add(Limited, "a/limited", {})

/** An object, and somebody else who asks for the next place whenever we look at it. */
const crowded = async () => {
  const trial = new Trial([Limited], { limits: { bucket: { calls: 1, per: 5_000 } } })
  await trial.converge(one)
  const trouble: Interference = {
    before: async ({ verb }) => {
      if (verb === "read") await trial.limiter.reserve(["bucket"], { yielding: false })
    },
  }
  return { trial, trouble, started: trial.clock.now() }
}

describe("a delete", () => {
  test("lets others go first, but not for ever", async () => {
    const { trial, trouble, started } = await crowded()
    await trial.converge(null, { trouble })
    expect(trial.clock.now() - started).toBeGreaterThan(9 * MINUTE)
    expect(trial.clock.now() - started).toBeLessThan(12 * MINUTE)
  })

  test("lets others go first from one run to the next", async () => {
    const { trial, trouble, started } = await crowded()
    const rest = (graph: Graph) => void graph.add(tiny("other"), "b/other", {})
    await trial.converge(rest, { trouble }).catch(() => {})
    while (trial.objects("limited").length > 0 && trial.clock.now() - started < 20 * MINUTE)
      await trial.converge(rest, { trouble }).catch(() => {})
    expect(trial.clock.now() - started).toBeGreaterThan(9 * MINUTE)
    expect(trial.clock.now() - started).toBeLessThan(12 * MINUTE)
  })
})
