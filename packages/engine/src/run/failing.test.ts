import { type CloudCall, Laboratory, refuse, type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Thing = tiny("thing")
const one =
  (type: TinyType, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { size })

describe("the same difference", () => {
  let updates = 0
  const Stubborn = tiny("thing", {
    async update() {
      updates += 1
    },
  })

  test("after three answered updates parks as not_converging and names the field", async () => {
    updates = 0
    const trial = new Trial([Stubborn])
    await trial.converge(one(Stubborn, 1))
    let result = await trial.run(one(Stubborn, 2))
    for (let count = 0; count < 5 && result.outcome !== "failed"; count += 1) {
      await trial.clock.advance((result.dueAt ?? 0) - trial.clock.now())
      result = await trial.run(one(Stubborn, 2))
    }
    expect(updates).toBe(3)
    expect(await trial.row("api/thing")).toMatchObject({
      state: {
        status: "parked",
        why: { code: "not_converging", expected: "2", observed: "1", message: expect.stringContaining("size") },
      },
    })
    await trial.run(one(Stubborn, 2))
    expect(updates).toBe(3)
    await trial.run(one(Stubborn, 3))
    expect(updates).toBeGreaterThan(3)
  })

  test("after updates whose answers were lost is sent again", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one(Thing, 1))
    let lost = 0
    await trial.converge(one(Thing, 2), {
      trouble: {
        before: ({ verb }) => {
          if (verb === "update" && ++lost <= 5) throw new Error("connection reset")
        },
      },
    })
    expect(lost).toBe(6)
    expect(trial.only("thing").props.size).toBe(2)
  })
})

describe("a call that is refused", () => {
  const picky = tiny(
    "thing",
    {},
    {
      check: ({ size }) => {
        if (size === 13) throw refuse("invalid", "13 is not allowed")
      },
    },
  )

  test("for good parks, and is read but not repeated until the props change", async () => {
    const trial = new Trial([picky])
    await trial.converge(one(picky, 1))
    let tried = 0
    const trouble = {
      before: ({ verb }: { verb: string }) => {
        if (verb === "update") tried += 1
      },
    }
    const result = await trial.run(one(picky, 13), { trouble })
    expect(result.outcome).toBe("failed")
    expect(await trial.row("api/thing")).toMatchObject({
      state: { status: "parked", why: { code: "invalid" }, refused: { retryAt: null } },
    })
    const calls = trial.cloud.calls
    await trial.clock.advance(24 * 3_600_000)
    await trial.run(one(picky, 13), { trouble })
    expect(tried).toBe(1)
    expect(trial.cloud.calls).toBeGreaterThan(calls)
    await trial.converge(one(picky, 2), { trouble })
    expect(tried).toBe(2)
  })

  test("for good is tried once more when that is asked for", async () => {
    const trial = new Trial([Thing])
    let allowed = false
    const trouble = {
      before: ({ verb }: { verb: string }) => {
        if (verb === "create" && !allowed) throw refuse("invalid", "not yet")
      },
    }
    await trial.run(one(Thing), { trouble })
    allowed = true
    expect((await trial.run(one(Thing), { trouble })).outcome).toBe("failed")
    expect((await trial.run(one(Thing), { trouble, retry: true })).outcome).toBe("settled")
  })

  test("for a while is repeated with a new token", async () => {
    const tokens: string[] = []
    const Busy = tiny("thing")
    const Tokened: TinyType = {
      ...Busy,
      create: (args) => {
        tokens.push(args.token)
        if (tokens.length < 3) throw refuse("conflict", "busy", { retryable: true })
        return Busy.create(args)
      },
    }
    const trial = new Trial([Tokened])
    await trial.converge(one(Tokened))
    expect(new Set(tokens).size).toBe(3)
  })

  test("leaves what was last sent on record, so that the old props still count", async () => {
    const trial = new Trial([picky])
    await trial.converge(one(picky, 1))
    await trial.run(one(picky, 13))
    expect((await trial.row("api/thing")).props).toEqual({ size: 1 })
  })
})

describe("a call that the cloud answers with what nobody expects", () => {
  /** Throws for the first so many calls of a verb. */
  const refusing = (wanted: string, times: number, error: () => Error) => {
    let count = 0
    return {
      before: ({ verb }: CloudCall) => {
        if (verb === wanted && count++ < times) throw error()
      },
    }
  }

  test("of an update, that nothing is there, is made again after another look", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one(Thing, 1))
    const trouble = refusing("update", 3, () => refuse("not_found", "no such thing"))
    expect((await trial.converge(one(Thing, 2), { trouble })).outcome).toBe("settled")
    expect(trial.only("thing").props.size).toBe(2)
  })

  test("of a delete, that nothing is there, ends when nothing is", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one(Thing, 1))
    const trouble = refusing("delete", 3, () => refuse("not_found", "no such thing"))
    expect((await trial.converge(null, { trouble })).outcome).toBe("destroyed")
    expect(trial.objects("thing")).toEqual([])
  })

  test("of a create that was refused when it was made is found by its mark", async () => {
    const Assigned = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned" })
    const trial = new Trial([Assigned])
    let refusals = 0
    const after = ({ verb }: CloudCall) => {
      if (verb === "create" && refusals++ === 0) throw refuse("conflict", "its second step failed", { retryable: true })
    }
    await trial.converge(one(Assigned), { trouble: { after } })
    expect(trial.objects("thing")).toHaveLength(1)
    expect(trial.cloud.mutations).toBe(1)
  })
})

describe("an operation that fails", () => {
  test("for a while is started again", async () => {
    const laboratory = new Laboratory()
    await laboratory.converge("first")
    expect(laboratory.inventory()).toMatchObject({ job: 1 })
    expect(laboratory.store.events).toContainEqual(
      expect.objectContaining({ node: "_stack/job", event: "refused", code: "unavailable" }),
    )
  })

  test("for good parks", async () => {
    const Failing = tiny(
      "thing",
      { poll: async () => ({ failed: refuse("invalid", "not like that"), outcome: "refused" }) },
      { createTakes: 3_000, failsFirst: "invalid" },
    )
    const trial = new Trial([Failing])
    const result = await trial.run(one(Failing))
    expect(result.outcome).toBe("failed")
    expect(await trial.row("api/thing")).toMatchObject({
      state: { status: "parked", why: { code: "invalid" } },
      operation: null,
      props: null,
    })
    expect(trial.cloud.mutations).toBe(1)
  })

  test("is read to its end although its node is gone meanwhile", async () => {
    const Slow = tiny("thing", {}, { createTakes: 200_000 })
    const trial = new Trial([Slow])
    await trial.run(one(Slow))
    expect((await trial.row("api/thing")).operation).not.toBeNull()
    await trial.converge(null)
    await trial.clock.advance(300_000)
    expect(trial.objects("thing")).toEqual([])
  })
})

describe("an object that is broken", () => {
  const broken = (heal: "update" | "none") =>
    tiny(
      "thing",
      {},
      {
        status: ({ version }) =>
          version > 1 ? "settled" : { broken: { code: "workload_crashed", message: "it does not start", heal } },
      },
    )

  test("and heals by update is sent its props again", async () => {
    const trial = new Trial([broken("update")])
    const result = await trial.converge(one(broken("update")))
    expect(result.outcome).toBe("settled")
    expect(trial.only("thing").version).toBe(2)
  })

  describe("and is not healed by updates", () => {
    let healed = false
    const Crashing = tiny(
      "thing",
      {},
      {
        status: () =>
          healed ? "settled" : { broken: { code: "workload_unhealthy", message: "manifest unknown", heal: "update" } },
      },
    )

    const failed = async () => {
      healed = false
      const trial = new Trial([Crashing])
      let result = await trial.run(one(Crashing))
      for (let count = 0; count < 20 && result.outcome !== "failed"; count += 1) {
        await trial.clock.advance(Math.max(0, (result.dueAt ?? 0) - trial.clock.now()))
        result = await trial.run(one(Crashing))
      }
      return trial
    }

    test("ends with what the cloud says of it", async () => {
      const trial = await failed()
      expect(await trial.row("api/thing")).toMatchObject({
        state: { status: "parked", why: { code: "workload_unhealthy", message: "manifest unknown" } },
      })
      expect(trial.cloud.mutations).toBe(4)
    })

    test("is settled as soon as it is seen to have healed", async () => {
      const trial = await failed()
      healed = true
      expect((await trial.run(one(Crashing))).outcome).toBe("settled")
      expect(trial.cloud.mutations).toBe(4)
    })
  })

  test("and heals by nothing parks with its code, and comes back when other props help", async () => {
    const type = broken("none")
    const trial = new Trial([type])
    const result = await trial.run(one(type))
    expect(result).toMatchObject({
      outcome: "failed",
      rows: [{ state: { status: "parked", why: { code: "workload_crashed" } } }],
    })
    await trial.run(one(type))
    expect(trial.cloud.mutations).toBe(1)
    await trial.converge(one(type, 2))
    expect(trial.only("thing").version).toBe(2)
  })

  test("and heals by another one gets it, and the broken one goes", async () => {
    const laboratory = new Laboratory()
    await laboratory.converge("first")
    expect(laboratory.cloud.ofKind("key").map(({ owner }) => owner?.incarnation)).toEqual([2])
  })
})

test("a refusal of a repeated call does not forget what the call before it may have sent", async () => {
  const Listener = tiny("listener", { parts: "entries", callTimeout: 5_000 })
  const listener =
    (...keys: string[]) =>
    (graph: Graph) => {
      const shared = graph.add(Listener, "_stack/listener", { size: 1 })
      for (const key of keys) graph.part(shared, key, { target: key })
    }
  const trial = new Trial([Listener])
  await trial.converge(listener())
  const lost = new AbortController()
  const after = ({ verb }: CloudCall) => {
    if (verb !== "update") return
    lost.abort()
    throw new TypeError("socket hang up")
  }
  await trial.run(listener("a"), { trouble: { after }, signal: lost.signal })
  await trial.clock.advance(10_000)
  let refusals = 0
  const before = ({ verb }: CloudCall) => {
    if (verb === "update" && refusals++ === 0) throw refuse("throttled", "rate exceeded", { retryable: true })
  }
  const { outcome } = await trial.converge(listener("a", "b"), { trouble: { before } })
  expect(refusals).toBe(2)
  expect(outcome).toBe("settled")
  expect(trial.only("listener").props.entries).toEqual({ a: { target: "a" }, b: { target: "b" } })
})
