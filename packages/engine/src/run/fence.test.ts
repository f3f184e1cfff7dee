import type { CloudCall } from "@alienplatform/simulator-memory"
import { TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Clock } from "../declare/clock.ts"
import type { Graph } from "../declare/graph.ts"
import { knownValue } from "../declare/sent.ts"
import type { ObjectStore } from "../record/object-store.ts"
import { SimulatedProcess } from "../testing/node-contract/simulated-process.ts"

const Thing = tiny("thing")
/** Three in a row. */
const chain = (graph: Graph) => {
  const first = graph.add(Thing, "a/thing", {})
  const second = graph.add(Thing, "b/thing", { to: first.ref("id") })
  graph.add(Thing, "c/thing", { to: second.ref("id") })
}
const onFirstCreate = (act: () => void) => {
  let done = false
  return ({ verb }: CloudCall) => {
    if (done || verb !== "create") return
    done = true
    act()
  }
}

describe("a lost lease", () => {
  test("stops every further call and write", async () => {
    const deployment = new TinyDeployment([Thing])
    let writes = 0
    const trouble = {
      before: onFirstCreate(() => {
        deployment.lease()
        writes = deployment.store.writes
      }),
    }
    await expect(deployment.run(chain, { trouble })).rejects.toMatchObject({ code: "lease_lost" })
    expect(deployment.cloud.mutations).toBe(1)
    expect(deployment.store.writes).toBe(writes)
    expect((await deployment.converge(chain)).outcome).toBe("settled")
    expect(deployment.objects("thing")).toHaveLength(3)
  })

  test("before the first write makes no call at all", async () => {
    const deployment = new TinyDeployment([Thing])
    const lease = deployment.lease()
    deployment.lease()
    await expect(deployment.run(chain, { lease })).rejects.toMatchObject({ code: "lease_lost" })
    expect(deployment.cloud.mutations).toBe(0)
  })

  test("that nobody else took is renewed while the run waits", async () => {
    const Slow = tiny("thing", { reads: { first: 1_000, cap: 31_000 } }, { settleMs: 50_000 })
    const deployment = new TinyDeployment([Slow])
    const lease = { ...deployment.lease(), until: deployment.clock.now() + 70_000 }
    const result = await deployment.run((graph) => void graph.add(Slow, "a/thing", {}), { lease })
    expect(result.lease.until).toBeGreaterThan(lease.until)
    expect(result.lease.epoch).toBe(lease.epoch)
  })
})

describe("the lease before a call", () => {
  const one = (graph: Graph) => void graph.add(Thing, "a/thing", {})
  const clockOf = (deployment: TinyDeployment) => {
    const set = { back: 0 }
    const clock: Clock = {
      now: () => deployment.clock.now() - set.back,
      monotonic: () => deployment.clock.now(),
      until: (time, signal) => deployment.clock.until(time + set.back, signal),
    }
    return { clock, set }
  }

  /** A process that sleeps for so long between the write of its first call and the call. */
  const sleeper = async (deployment: TinyDeployment, ms: number, setBack = 0): Promise<unknown> => {
    const simulated = new SimulatedProcess()
    const { clock, set } = clockOf(deployment)
    const store = simulated.store(deployment.store, async (when) => {
      if (when === "before" || simulated.wasPaused) return
      set.back = setBack
      simulated.pause()
      void deployment.clock.advance(ms).then(() => simulated.resume())
    })
    return deployment.run(one, { store, clock: simulated.clock(clock) })
  }

  test("is renewed where less of it is left than the call may take", async () => {
    const Long = tiny("thing", { callTimeoutMs: 150_000 })
    const deployment = new TinyDeployment([Long])
    let until = deployment.clock.now() + 120_000
    const store: ObjectStore = {
      ...new SimulatedProcess().store(deployment.store),
      renew: async (held, later) => {
        until = later
        return deployment.store.renew(held, later)
      },
    }
    const left: number[] = []
    const before = ({ verb }: CloudCall) => void (verb === "create" && left.push(until - deployment.clock.now()))
    const lease = { ...deployment.lease(), until }
    await deployment.run((graph) => void graph.add(Long, "a/thing", {}), { lease, store, trouble: { before } })
    expect(left).toHaveLength(1)
    expect(left[0]).toBeGreaterThan(150_000)
  })

  test("has to last for longer than the call may take when the call is on record", async () => {
    const deployment = new TinyDeployment([Thing])
    await expect(sleeper(deployment, 250_000)).rejects.toMatchObject({ code: "lease_lost" })
    expect(deployment.cloud.mutations).toBe(0)
  })

  test("does for a process that slept and has enough of it left", async () => {
    const deployment = new TinyDeployment([Thing])
    await sleeper(deployment, 100_000)
    expect(deployment.cloud.mutations).toBe(1)
  })

  test("ends when it ends, whoever sets the clock back", async () => {
    const deployment = new TinyDeployment([Thing])
    await expect(sleeper(deployment, 350_000, 3_600_000)).rejects.toMatchObject({ code: "lease_lost" })
    expect(deployment.cloud.mutations).toBe(0)
  })
})

describe("a call", () => {
  test("is saved, open, before it is made", async () => {
    const deployment = new TinyDeployment([Thing])
    const saved: unknown[] = []
    await deployment.run((graph) => void graph.add(Thing, "a/thing", { size: 1 }), {
      trouble: {
        before: async ({ verb }) => {
          if (verb === "create") saved.push(...(await deployment.store.rows()))
        },
      },
    })
    expect(saved).toMatchObject([
      { call: { verb: "create", open: true }, props: { size: 1 }, state: { status: "changing" } },
    ])
  })

  test("that is open and young decides nothing, whatever is read", async () => {
    const deployment = new TinyDeployment([Thing])
    const build = (graph: Graph) => void graph.add(Thing, "a/thing", { size: 1 })
    const stop = new AbortController()
    await deployment.run(build, {
      signal: stop.signal,
      trouble: {
        before: ({ verb }) => {
          if (verb !== "create") return
          stop.abort()
          throw new Error("connection reset")
        },
      },
    })
    await deployment.clock.advance(20_000)
    let creates = 0
    const sent: number[] = []
    await deployment.converge(build, {
      trouble: {
        before: ({ verb }) => {
          if (verb !== "create") return
          creates += 1
          sent.push(deployment.clock.now())
        },
      },
    })
    expect(creates).toBe(1)
    expect((sent[0] ?? 0) - 1_700_000_000_000).toBeGreaterThanOrEqual(60_000)
  })
})

test("an AbortSignal ends the run after the calls under way, with their answers on record", async () => {
  const deployment = new TinyDeployment([Thing])
  const stop = new AbortController()
  const result = await deployment.run(chain, {
    signal: stop.signal,
    trouble: { before: onFirstCreate(() => stop.abort()) },
  })
  expect(result.outcome).toBe("progressing")
  expect(deployment.cloud.mutations).toBe(1)
  expect(await deployment.row("a/thing")).toMatchObject({ id: "tiny-a-thing", call: { open: false } })
  expect((await deployment.converge(chain)).outcome).toBe("settled")
})

describe("serialize", () => {
  const Child = tiny(
    "child",
    { identity: { by: "key", of: ["to", "key"] }, serialize: ({ to }) => knownValue<string | undefined>(to) },
    { address: ({ to, key }) => `${to}/${key}`, settleMs: 3_000, deleteMs: 3_000 },
  )
  const children = (graph: Graph) => {
    for (const to of ["x", "y"])
      for (const key of ["1", "2", "3"]) graph.add(Child, `${to}/child/${key}`, { to, key, size: 1 })
  }

  test("never lets calls under one key overlap, settling included, and keys do not hold each other up", async () => {
    const calls: { key: string; start: number; end: number }[] = []
    const Recorded = {
      ...Child,
      create: async (args: Parameters<typeof Child.create>[0]) => {
        const start = args.cloud.clock.now()
        const answer = await Child.create(args)
        calls.push({ key: String(args.props.to), start, end: args.cloud.clock.now() + 3_000 })
        return answer
      },
    }
    const deployment = new TinyDeployment([Recorded])
    await deployment.converge((graph) => {
      for (const to of ["x", "y"])
        for (const key of ["1", "2", "3"]) graph.add(Recorded, `${to}/child/${key}`, { to, key, size: 1 })
    })
    const overlaps = (one: (typeof calls)[number], two: (typeof calls)[number]) =>
      one.start < two.end && two.start < one.end
    const pairs = calls.flatMap((one, index) => calls.slice(index + 1).map((two) => [one, two] as const))
    expect(calls).toHaveLength(6)
    expect(pairs.filter(([one, two]) => one.key === two.key && overlaps(one, two))).toEqual([])
    expect(pairs.some(([one, two]) => one.key !== two.key && overlaps(one, two))).toBe(true)
  })

  test("holds for deletes too", async () => {
    const deployment = new TinyDeployment([Child])
    await deployment.converge(children)
    const busy: number[] = []
    await deployment.converge(null, {
      trouble: {
        after: ({ verb }) => {
          if (verb !== "delete") return
          const going = deployment.objects("child").filter(({ goneAt }) => goneAt !== undefined)
          busy.push(Math.max(...["x", "y"].map((to) => going.filter(({ props }) => props.to === to).length)))
        },
      },
    })
    expect(busy).toHaveLength(6)
    expect(Math.max(...busy)).toBe(1)
  })
})
