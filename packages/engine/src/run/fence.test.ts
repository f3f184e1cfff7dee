import type { CloudCall } from "@alienplatform/simulator-memory"
import { Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Clock } from "../declare/clock.ts"
import type { Graph } from "../declare/graph.ts"
import { knownValue } from "../declare/sent.ts"
import type { ObjectStore } from "../record/object-store.ts"
import { Life } from "../testing/node-contract/life.ts"

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
    const trial = new Trial([Thing])
    let writes = 0
    const trouble = {
      before: onFirstCreate(() => {
        trial.lease()
        writes = trial.store.writes
      }),
    }
    await expect(trial.run(chain, { trouble })).rejects.toMatchObject({ code: "lease_lost" })
    expect(trial.cloud.mutations).toBe(1)
    expect(trial.store.writes).toBe(writes)
    expect((await trial.converge(chain)).outcome).toBe("settled")
    expect(trial.objects("thing")).toHaveLength(3)
  })

  test("before the first write makes no call at all", async () => {
    const trial = new Trial([Thing])
    const lease = trial.lease()
    trial.lease()
    await expect(trial.run(chain, { lease })).rejects.toMatchObject({ code: "lease_lost" })
    expect(trial.cloud.mutations).toBe(0)
  })

  test("that nobody else took is renewed while the run waits", async () => {
    const Slow = tiny("thing", { reads: { first: 1_000, cap: 31_000 } }, { settlesIn: 50_000 })
    const trial = new Trial([Slow])
    const lease = { ...trial.lease(), until: trial.clock.now() + 70_000 }
    const result = await trial.run((graph) => void graph.add(Slow, "a/thing", {}), { lease })
    expect(result.lease.until).toBeGreaterThan(lease.until)
    expect(result.lease.epoch).toBe(lease.epoch)
  })
})

describe("the lease before a call", () => {
  const one = (graph: Graph) => void graph.add(Thing, "a/thing", {})
  const clockOf = (trial: Trial) => {
    const set = { back: 0 }
    const clock: Clock = {
      now: () => trial.clock.now() - set.back,
      monotonic: () => trial.clock.now(),
      until: (time, signal) => trial.clock.until(time + set.back, signal),
    }
    return { clock, set }
  }

  /** A process that sleeps for so long between the write of its first call and the call. */
  const sleeper = async (trial: Trial, ms: number, setBack = 0): Promise<unknown> => {
    const life = new Life()
    const { clock, set } = clockOf(trial)
    const store = life.store(trial.store, async (when) => {
      if (when === "before" || life.wasPaused) return
      set.back = setBack
      life.pause()
      void trial.clock.advance(ms).then(() => life.resume())
    })
    return trial.run(one, { store, clock: life.clock(clock) })
  }

  test("is renewed where less of it is left than the call may take", async () => {
    const Long = tiny("thing", { callTimeout: 150_000 })
    const trial = new Trial([Long])
    let until = trial.clock.now() + 120_000
    const store: ObjectStore = {
      ...new Life().store(trial.store),
      renew: async (held, later) => {
        until = later
        return trial.store.renew(held, later)
      },
    }
    const left: number[] = []
    const before = ({ verb }: CloudCall) => void (verb === "create" && left.push(until - trial.clock.now()))
    const lease = { ...trial.lease(), until }
    await trial.run((graph) => void graph.add(Long, "a/thing", {}), { lease, store, trouble: { before } })
    expect(left).toHaveLength(1)
    expect(left[0]).toBeGreaterThan(150_000)
  })

  test("has to last for longer than the call may take when the call is on record", async () => {
    const trial = new Trial([Thing])
    await expect(sleeper(trial, 250_000)).rejects.toMatchObject({ code: "lease_lost" })
    expect(trial.cloud.mutations).toBe(0)
  })

  test("does for a process that slept and has enough of it left", async () => {
    const trial = new Trial([Thing])
    await sleeper(trial, 100_000)
    expect(trial.cloud.mutations).toBe(1)
  })

  test("ends when it ends, whoever sets the clock back", async () => {
    const trial = new Trial([Thing])
    await expect(sleeper(trial, 350_000, 3_600_000)).rejects.toMatchObject({ code: "lease_lost" })
    expect(trial.cloud.mutations).toBe(0)
  })
})

describe("a call", () => {
  test("is saved, open, before it is made", async () => {
    const trial = new Trial([Thing])
    const saved: unknown[] = []
    await trial.run((graph) => void graph.add(Thing, "a/thing", { size: 1 }), {
      trouble: {
        before: async ({ verb }) => {
          if (verb === "create") saved.push(...(await trial.store.rows()))
        },
      },
    })
    expect(saved).toMatchObject([
      { call: { verb: "create", open: true }, props: { size: 1 }, state: { status: "changing" } },
    ])
  })

  test("that is open and young decides nothing, whatever is read", async () => {
    const trial = new Trial([Thing])
    const build = (graph: Graph) => void graph.add(Thing, "a/thing", { size: 1 })
    const stop = new AbortController()
    await trial.run(build, {
      signal: stop.signal,
      trouble: {
        before: ({ verb }) => {
          if (verb !== "create") return
          stop.abort()
          throw new Error("connection reset")
        },
      },
    })
    await trial.clock.advance(20_000)
    let creates = 0
    const sent: number[] = []
    await trial.converge(build, {
      trouble: {
        before: ({ verb }) => {
          if (verb !== "create") return
          creates += 1
          sent.push(trial.clock.now())
        },
      },
    })
    expect(creates).toBe(1)
    expect((sent[0] ?? 0) - 1_700_000_000_000).toBeGreaterThanOrEqual(60_000)
  })
})

test("an AbortSignal ends the run after the calls under way, with their answers on record", async () => {
  const trial = new Trial([Thing])
  const stop = new AbortController()
  const result = await trial.run(chain, { signal: stop.signal, trouble: { before: onFirstCreate(() => stop.abort()) } })
  expect(result.outcome).toBe("progressing")
  expect(trial.cloud.mutations).toBe(1)
  expect(await trial.row("a/thing")).toMatchObject({ id: "tiny-a-thing", call: { open: false } })
  expect((await trial.converge(chain)).outcome).toBe("settled")
})

describe("serialize", () => {
  const Child = tiny(
    "child",
    { identity: { by: "key", of: ["to", "key"] }, serialize: ({ to }) => knownValue<string | undefined>(to) },
    { address: ({ to, key }) => `${to}/${key}`, settlesIn: 3_000, deletesIn: 3_000 },
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
    const trial = new Trial([Recorded])
    await trial.converge((graph) => {
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
    const trial = new Trial([Child])
    await trial.converge(children)
    const busy: number[] = []
    await trial.converge(null, {
      trouble: {
        after: ({ verb }) => {
          if (verb !== "delete") return
          const going = trial.objects("child").filter(({ goneAt }) => goneAt !== undefined)
          busy.push(Math.max(...["x", "y"].map((to) => going.filter(({ props }) => props.to === to).length)))
        },
      },
    })
    expect(busy).toHaveLength(6)
    expect(Math.max(...busy)).toBe(1)
  })
})
