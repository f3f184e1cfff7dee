import { refusal, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"

describe("a throttle", () => {
  test("moves the bucket for everybody who has no place yet", async () => {
    const Slow = tiny("slow", {}, { settleMs: 500 })
    const Limited = tiny("limited", { limits: () => ["bucket"] })
    const deployment = new TinyDeployment([Slow, Limited])
    const started: number[] = []
    await deployment.converge(
      (graph) => {
        const slow = graph.add(Slow, "api/slow", {})
        graph.add(Limited, "api/first", {})
        graph.add(Limited, "api/second", {}, { after: [slow] })
      },
      {
        trouble: {
          before: ({ verb, kind }) => {
            if (verb !== "create" || kind !== "limited") return
            started.push(deployment.clock.now())
            if (started.length === 1) throw refusal("throttled", "slow down", { retryable: true })
          },
        },
      },
    )
    const [first = 0, ...others] = started
    expect(others).toHaveLength(2)
    for (const other of others) expect(other - first).toBeGreaterThanOrEqual(1_000)
  })

  test("holds back those who had a place already", async () => {
    const Limited = tiny("limited", { limits: () => ["bucket"] })
    const deployment = new TinyDeployment([Limited], { limits: { bucket: { calls: 1, per: 100 } } })
    const started: number[] = []
    await deployment.converge(
      (graph) => {
        for (const node of ["api/one", "api/two", "api/three"]) graph.add(Limited, node, {})
      },
      {
        trouble: {
          before: ({ verb }) => {
            if (verb !== "create") return
            started.push(deployment.clock.now())
            if (started.length === 1) throw refusal("throttled", "slow down", { retryable: true })
          },
        },
      },
    )
    const [first = 0, ...others] = started
    expect(others).toHaveLength(3)
    expect(Math.min(...others) - first).toBeGreaterThanOrEqual(1_000)
  })

  test("of a bucket lets calls start one after the other, and says how long it takes", async () => {
    const Limited = tiny("limited", { limits: () => ["bucket"] })
    const deployment = new TinyDeployment([Limited], { limits: { bucket: { calls: 1, per: 10_000 } } })
    const started: number[] = []
    const queued: (string | undefined)[] = []
    await deployment.converge(
      (graph) => {
        for (const node of ["api/one", "api/two", "api/three"]) graph.add(Limited, node, {})
      },
      {
        trouble: {
          before: async ({ verb }) => {
            if (verb !== "create") return
            started.push(deployment.clock.now())
            for (const row of await deployment.store.rows())
              if (row.state.why?.code === "throttled") queued.push(row.state.why.message)
          },
        },
      },
    )
    const gaps = started.slice(1).map((time, index) => time - (started[index] ?? 0))
    expect(gaps.length).toBe(2)
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(9_900)
    expect(queued).toContainEqual(expect.stringMatching(/may start in \d+ s/))
  })
})
