import { type Interference, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const MINUTE = 60_000
const Limited = tiny("limited", { limits: () => ["bucket"] })
const one = (graph: Graph) => void graph.add(Limited, "a/limited", {})

/** An object, and somebody else who asks for the next place whenever we look at it. */
const crowded = async () => {
  const deployment = new TinyDeployment([Limited], { limits: { bucket: { calls: 1, per: 5_000 } } })
  await deployment.converge(one)
  const trouble: Interference = {
    before: async ({ verb }) => {
      if (verb === "read") await deployment.limiter.reserve(["bucket"], { yielding: false })
    },
  }
  return { deployment, trouble, started: deployment.clock.now() }
}

describe("a delete", () => {
  test("lets others go first, but not for ever", async () => {
    const { deployment, trouble, started } = await crowded()
    await deployment.converge(null, { trouble })
    expect(deployment.clock.now() - started).toBeGreaterThan(9 * MINUTE)
    expect(deployment.clock.now() - started).toBeLessThan(12 * MINUTE)
  })

  test("lets others go first from one run to the next", async () => {
    const { deployment, trouble, started } = await crowded()
    const rest = (graph: Graph) => void graph.add(tiny("other"), "b/other", {})
    await deployment.converge(rest, { trouble }).catch(() => {})
    while (deployment.objects("limited").length > 0 && deployment.clock.now() - started < 20 * MINUTE)
      await deployment.converge(rest, { trouble }).catch(() => {})
    expect(deployment.clock.now() - started).toBeGreaterThan(9 * MINUTE)
    expect(deployment.clock.now() - started).toBeLessThan(12 * MINUTE)
  })
})
