import {
  type CloudCall,
  MemoryBench,
  refusal,
  TinyDeployment,
  type TinyType,
  tiny,
} from "@alienplatform/simulator-memory"
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
    const deployment = new TinyDeployment([Stubborn])
    await deployment.converge(one(Stubborn, 1))
    let result = await deployment.run(one(Stubborn, 2))
    for (let count = 0; count < 5 && result.outcome !== "failed"; count += 1) {
      await deployment.clock.advance((result.dueAt ?? 0) - deployment.clock.now())
      result = await deployment.run(one(Stubborn, 2))
    }
    expect(updates).toBe(3)
    expect(await deployment.row("api/thing")).toMatchObject({
      state: {
        status: "parked",
        why: { code: "not_converging", expected: "2", observed: "1", message: expect.stringContaining("size") },
      },
    })
    await deployment.run(one(Stubborn, 2))
    expect(updates).toBe(3)
    await deployment.run(one(Stubborn, 3))
    expect(updates).toBeGreaterThan(3)
  })

  test("after updates whose answers were lost is sent again", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(Thing, 1))
    let lost = 0
    await deployment.converge(one(Thing, 2), {
      trouble: {
        before: ({ verb }) => {
          if (verb === "update" && ++lost <= 5) throw new Error("connection reset")
        },
      },
    })
    expect(lost).toBe(6)
    expect(deployment.onlyObject("thing").props.size).toBe(2)
  })
})

describe("a call that is refused", () => {
  const picky = tiny(
    "thing",
    {},
    {
      check: ({ size }) => {
        if (size === 13) throw refusal("invalid", "13 is not allowed")
      },
    },
  )

  test("for good parks, and is read but not repeated until the props change", async () => {
    const deployment = new TinyDeployment([picky])
    await deployment.converge(one(picky, 1))
    let tried = 0
    const trouble = {
      before: ({ verb }: { verb: string }) => {
        if (verb === "update") tried += 1
      },
    }
    const result = await deployment.run(one(picky, 13), { trouble })
    expect(result.outcome).toBe("failed")
    expect(await deployment.row("api/thing")).toMatchObject({
      state: { status: "parked", why: { code: "invalid" }, refused: { retryAt: null } },
    })
    const calls = deployment.cloud.calls
    await deployment.clock.advance(24 * 3_600_000)
    await deployment.run(one(picky, 13), { trouble })
    expect(tried).toBe(1)
    expect(deployment.cloud.calls).toBeGreaterThan(calls)
    await deployment.converge(one(picky, 2), { trouble })
    expect(tried).toBe(2)
  })

  test("for good is tried once more when that is asked for", async () => {
    const deployment = new TinyDeployment([Thing])
    let allowed = false
    const trouble = {
      before: ({ verb }: { verb: string }) => {
        if (verb === "create" && !allowed) throw refusal("invalid", "not yet")
      },
    }
    await deployment.run(one(Thing), { trouble })
    allowed = true
    expect((await deployment.run(one(Thing), { trouble })).outcome).toBe("failed")
    expect((await deployment.run(one(Thing), { trouble, retry: true })).outcome).toBe("settled")
  })

  test("for a while is repeated with a new token", async () => {
    const tokens: string[] = []
    const Busy = tiny("thing")
    const Tokened: TinyType = {
      ...Busy,
      create: (args) => {
        tokens.push(args.token)
        if (tokens.length < 3) throw refusal("conflict", "busy", { retryable: true })
        return Busy.create(args)
      },
    }
    const deployment = new TinyDeployment([Tokened])
    await deployment.converge(one(Tokened))
    expect(new Set(tokens).size).toBe(3)
  })

  test("leaves what was last sent on record, so that the old props still count", async () => {
    const deployment = new TinyDeployment([picky])
    await deployment.converge(one(picky, 1))
    await deployment.run(one(picky, 13))
    expect((await deployment.row("api/thing")).props).toEqual({ size: 1 })
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
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(Thing, 1))
    const trouble = refusing("update", 3, () => refusal("not_found", "no such thing"))
    expect((await deployment.converge(one(Thing, 2), { trouble })).outcome).toBe("settled")
    expect(deployment.onlyObject("thing").props.size).toBe(2)
  })

  test("of a delete, that nothing is there, ends when nothing is", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(Thing, 1))
    const trouble = refusing("delete", 3, () => refusal("not_found", "no such thing"))
    expect((await deployment.converge(null, { trouble })).outcome).toBe("destroyed")
    expect(deployment.objects("thing")).toEqual([])
  })

  test("of a create that was refused when it was made is found by its mark", async () => {
    const Assigned = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned" })
    const deployment = new TinyDeployment([Assigned])
    let refusals = 0
    const after = ({ verb }: CloudCall) => {
      if (verb === "create" && refusals++ === 0)
        throw refusal("conflict", "its second step failed", { retryable: true })
    }
    await deployment.converge(one(Assigned), { trouble: { after } })
    expect(deployment.objects("thing")).toHaveLength(1)
    expect(deployment.cloud.mutations).toBe(1)
  })
})

describe("an operation that fails", () => {
  test("for a while is started again", async () => {
    const bench = new MemoryBench()
    await bench.converge("first")
    expect(bench.inventory()).toMatchObject({ job: 1 })
    expect(bench.store.events).toContainEqual(
      expect.objectContaining({ node: "_stack/job", event: "refused", code: "unavailable" }),
    )
  })

  test("for good parks", async () => {
    const Failing = tiny(
      "thing",
      { poll: async () => ({ failed: refusal("invalid", "not like that"), outcome: "refused" }) },
      { createMs: 3_000, failsFirst: "invalid" },
    )
    const deployment = new TinyDeployment([Failing])
    const result = await deployment.run(one(Failing))
    expect(result.outcome).toBe("failed")
    expect(await deployment.row("api/thing")).toMatchObject({
      state: { status: "parked", why: { code: "invalid" } },
      operation: null,
      props: null,
    })
    expect(deployment.cloud.mutations).toBe(1)
  })

  test("is read to its end although its node is gone meanwhile", async () => {
    const Slow = tiny("thing", {}, { createMs: 200_000 })
    const deployment = new TinyDeployment([Slow])
    await deployment.run(one(Slow))
    expect((await deployment.row("api/thing")).operation).not.toBeNull()
    await deployment.converge(null)
    await deployment.clock.advance(300_000)
    expect(deployment.objects("thing")).toEqual([])
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
    const deployment = new TinyDeployment([broken("update")])
    const result = await deployment.converge(one(broken("update")))
    expect(result.outcome).toBe("settled")
    expect(deployment.onlyObject("thing").version).toBe(2)
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
      const deployment = new TinyDeployment([Crashing])
      let result = await deployment.run(one(Crashing))
      for (let count = 0; count < 20 && result.outcome !== "failed"; count += 1) {
        await deployment.clock.advance(Math.max(0, (result.dueAt ?? 0) - deployment.clock.now()))
        result = await deployment.run(one(Crashing))
      }
      return deployment
    }

    test("ends with what the cloud says of it", async () => {
      const deployment = await failed()
      expect(await deployment.row("api/thing")).toMatchObject({
        state: { status: "parked", why: { code: "workload_unhealthy", message: "manifest unknown" } },
      })
      expect(deployment.cloud.mutations).toBe(4)
    })

    test("is settled as soon as it is seen to have healed", async () => {
      const deployment = await failed()
      healed = true
      expect((await deployment.run(one(Crashing))).outcome).toBe("settled")
      expect(deployment.cloud.mutations).toBe(4)
    })
  })

  test("and heals by nothing parks with its code, and comes back when other props help", async () => {
    const type = broken("none")
    const deployment = new TinyDeployment([type])
    const result = await deployment.run(one(type))
    expect(result).toMatchObject({
      outcome: "failed",
      rows: [{ state: { status: "parked", why: { code: "workload_crashed" } } }],
    })
    await deployment.run(one(type))
    expect(deployment.cloud.mutations).toBe(1)
    await deployment.converge(one(type, 2))
    expect(deployment.onlyObject("thing").version).toBe(2)
  })

  test("and heals by another one gets it, and the broken one goes", async () => {
    const bench = new MemoryBench()
    await bench.converge("first")
    expect(bench.cloud.ofKind("key").map(({ owner }) => owner?.incarnation)).toEqual([2])
  })
})

test("a refusal of a repeated call does not forget what the call before it may have sent", async () => {
  const Listener = tiny("listener", { parts: "entries", callTimeoutMs: 5_000 })
  const listener =
    (...keys: string[]) =>
    (graph: Graph) => {
      const shared = graph.add(Listener, "_stack/listener", { size: 1 })
      for (const key of keys) graph.part(shared, key, { target: key })
    }
  const deployment = new TinyDeployment([Listener])
  await deployment.converge(listener())
  const lost = new AbortController()
  const after = ({ verb }: CloudCall) => {
    if (verb !== "update") return
    lost.abort()
    throw new TypeError("socket hang up")
  }
  await deployment.run(listener("a"), { trouble: { after }, signal: lost.signal })
  await deployment.clock.advance(10_000)
  let refusals = 0
  const before = ({ verb }: CloudCall) => {
    if (verb === "update" && refusals++ === 0) throw refusal("throttled", "rate exceeded", { retryable: true })
  }
  const { outcome } = await deployment.converge(listener("a", "b"), { trouble: { before } })
  expect(refusals).toBe(2)
  expect(outcome).toBe("settled")
  expect(deployment.onlyObject("listener").props.entries).toEqual({ a: { target: "a" }, b: { target: "b" } })
})
