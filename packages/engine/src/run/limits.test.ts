import { refusal, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const MINUTE = 60_000
const Limited = tiny("limited", { limits: () => ["bucket"] })

/** Creates objects at `perMinute` calls a minute; `started` has the time of each call. */
function limited(perMinute: number) {
  const deployment = new TinyDeployment([Limited], { limits: { bucket: { calls: perMinute, per: MINUTE } } })
  const objects = (count: number) => (graph: Graph) => {
    for (let index = 0; index < count; index += 1) graph.add(Limited, `api/${index}`, {})
  }
  const started: { verb: string; at: number }[] = []
  const watched = (meanwhile: (call: number) => void = () => {}) => ({
    before: ({ verb }: { verb: string }) => {
      if (verb === "read") return
      started.push({ verb, at: deployment.clock.now() })
      meanwhile(started.length)
    },
  })
  return { deployment, objects, started, watched }
}

describe("calls of a deployment", () => {
  test("keep the pace of their bucket, also after a throttle", async () => {
    const { deployment, objects, started, watched } = limited(6)
    await deployment.converge(objects(8), {
      trouble: watched((call) => {
        if (call === 3) throw refusal("throttled", "slow down", { retryable: true })
      }),
    })
    expect(started).toHaveLength(9)
    const gaps = started.slice(1).map(({ at }, index) => at - (started[index]?.at ?? 0))
    for (const gap of [...gaps.slice(0, 2), ...gaps.slice(3)]) expect(gap).toBeGreaterThanOrEqual(10_000)
    expect(gaps[2]).toBeGreaterThanOrEqual(1_000)
  })

  test("that delete let others go first, but not for longer than ten minutes", async () => {
    const { deployment, started, watched } = limited(1)
    await deployment.converge((graph) => void graph.add(Limited, "api/old", {}))
    const begin = deployment.clock.now()
    for (let count = 0; count < 100 && started.length === 0; count += 1) {
      // Others ask without end.
      while ((await deployment.limiter.reserve(["bucket"], {})).waitMs < 5 * MINUTE) {}
      const { dueAt } = await deployment.run(null, { trouble: watched() })
      await deployment.clock.advance(Math.min(Math.max(0, (dueAt ?? 0) - deployment.clock.now()), MINUTE))
    }
    const [deleted] = started
    expect((deleted?.at ?? 0) - begin).toBeGreaterThan(10 * MINUTE)
    expect((deleted?.at ?? 0) - begin).toBeLessThan(20 * MINUTE)
  })

  test("that delete take a place that is free at once", async () => {
    const { deployment, started, watched } = limited(1)
    await deployment.converge((graph) => void graph.add(Limited, "api/old", {}))
    await deployment.clock.advance(MINUTE)
    const begin = deployment.clock.now()
    await deployment.converge(null, { trouble: watched() })
    expect(started).toEqual([{ verb: "delete", at: expect.any(Number) }])
    expect((started[0]?.at ?? 0) - begin).toBeLessThan(1_000)
  })
})
