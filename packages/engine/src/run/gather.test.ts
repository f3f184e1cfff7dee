import { refuse, type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
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
  const slow = (kind: string, settlesIn: number) => tiny(kind, {}, { settlesIn })
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
    const trial = new Trial(types)
    await trial.converge(build({}))
    await trial.converge(build({ a: Quick, b: Slow, c: Quick }))
    expect(updates).toEqual([["a", "b", "c"]])
  })

  test("goes without those that take longer than it waits", async () => {
    const trial = new Trial(types)
    await trial.converge(build({}))
    const start = trial.clock.now()
    let put = 0
    await trial.run(build({ a: Quick, b: Glacial }), {
      trouble: {
        before: ({ verb, kind }) => {
          if (verb === "update" && kind === "listener") put = trial.clock.now() - start
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
          throw refuse("invalid", "not like this")
        },
      },
    )
    const trial = new Trial([Counted, Quick, Parked])
    await trial.converge(build({}))
    const start = trial.clock.now()
    await trial.run(build({ a: Quick, b: Parked }))
    expect(updates).toEqual([["a"]])
    expect(trial.clock.now() - start).toBeLessThan(15_000)
  })
})
