import { refusal, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { beforeEach, describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

describe("a full PUT that waits for the parts on their way", () => {
  let updates: string[][] = []
  const Listener = tiny("listener", { parts: "entries", gather: 30_000 })
  const Counted: TinyType = {
    ...Listener,
    update: async (args) => {
      updates.push(Object.keys(args.props.entries ?? {}))
      return Listener.update?.(args)
    },
  }
  const slow = (kind: string, settlesIn: number) => tiny(kind, {}, { settleMs: settlesIn })
  const Quick = slow("quick", 3_000)
  const Slow = slow("slow", 12_000)
  const Glacial = slow("glacial", 600_000)
  const types = [Counted, Quick, Slow, Glacial]

  const build = (hosts: Record<string, TinyType>) => (graph: Graph) => {
    const listener = graph.add(Counted, "_stack/listener", {})
    for (const [host, type] of Object.entries(hosts)) {
      const backend = graph.add(type, `${host}/backend`, {})
      graph.part(listener, host, { backend: backend.ref("id") })
    }
  }

  beforeEach(() => {
    updates = []
  })

  test("carries them all in one call", async () => {
    const deployment = new TinyDeployment(types)
    await deployment.converge(build({}))
    await deployment.converge(build({ a: Quick, b: Slow, c: Quick }))
    expect(updates).toEqual([["a", "b", "c"]])
  })

  test("goes without those that take longer than it waits", async () => {
    const deployment = new TinyDeployment(types)
    await deployment.converge(build({}))
    const start = deployment.clock.now()
    let put = 0
    await deployment.run(build({ a: Quick, b: Glacial }), {
      trouble: {
        before: ({ verb, kind }) => {
          if (verb === "update" && kind === "listener") put = deployment.clock.now() - start
        },
      },
    })
    expect(updates).toEqual([["a"]])
    expect(put).toBeGreaterThan(29_000)
    expect(put).toBeLessThan(45_000)
  })

  test("does not wait for parts that nothing brings on", async () => {
    const Parked = tiny(
      "slow",
      {},
      {
        check: () => {
          throw refusal("invalid", "not like this")
        },
      },
    )
    const deployment = new TinyDeployment([Counted, Quick, Parked])
    await deployment.converge(build({}))
    const start = deployment.clock.now()
    await deployment.run(build({ a: Quick, b: Parked }))
    expect(updates).toEqual([["a"]])
    expect(deployment.clock.now() - start).toBeLessThan(15_000)
  })
})
