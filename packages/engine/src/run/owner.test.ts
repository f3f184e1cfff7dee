import type { Interference } from "@alienplatform/simulator-memory"
import { markOf, STRANGER, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Thing = tiny("thing")
const Assigned = tiny("assigned", { identity: { by: "assigned" } }, { address: "assigned" })
const Queue = tiny("queue", { mark: "later" }, { unmarkedCreate: true })
const Parent = tiny("parent")
const Child = tiny(
  "child",
  { identity: { by: "parent", of: "to", key: ["key"], unique: true } },
  { neverMarked: true, address: ({ to, key }) => `${to}/${key}` },
)

const one =
  (type = Thing, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { size })

/** Loses the answer of the first create, which lands so much later than the call's timeout. */
const lost = (ms: number): Interference => {
  let done = false
  return {
    before: (call) => {
      if (done || call.verb !== "create") return
      done = true
      call.landLater(ms)
      throw new Error("connection reset")
    },
  }
}

describe("a foreign object under our name", () => {
  test("is refused as name_taken, left alone, and healed once it is gone", async () => {
    const trial = new Trial([Thing])
    trial.cloud.insert({ id: "tiny-api-thing", kind: "thing", props: { size: 9 }, owner: STRANGER })
    const result = await trial.run(one())
    expect(result.outcome).toBe("failed")
    expect(trial.cloud.mutations).toBe(0)
    const row = await trial.row("api/thing")
    expect(row).toMatchObject({ id: null, state: { status: "parked", why: { code: "name_taken", on: "person" } } })
    expect(row.state.why?.message).toContain("dep_stranger")
    trial.cloud.objects.delete("tiny-api-thing")
    await trial.clock.advance((result.dueAt ?? 0) - trial.clock.now())
    expect((await trial.run(one())).outcome).toBe("settled")
    expect(trial.only("thing")).toMatchObject({ props: { size: 1 }, owner: markOf("api/thing") })
  })

  test("is left in destroy, and its row goes", async () => {
    const trial = new Trial([Thing])
    trial.cloud.insert({ id: "tiny-api-thing", kind: "thing", props: { size: 9 }, owner: STRANGER })
    await trial.run(one())
    expect((await trial.converge(null)).outcome).toBe("destroyed")
    expect(trial.only("thing").owner).toEqual(STRANGER)
  })

  test("that carries no mark is refused as well", async () => {
    const trial = new Trial([Thing, Queue])
    trial.cloud.insert({ id: "tiny-api-thing", kind: "thing", props: { size: 1 } })
    trial.cloud.insert({ id: "tiny-api-queue", kind: "queue", props: { size: 1 } })
    await trial.run((graph) => {
      graph.add(Thing, "api/thing", { size: 1 })
      graph.add(Queue, "api/queue", { size: 1 })
    })
    expect(trial.cloud.mutations).toBe(0)
    expect(await trial.row("api/queue")).toMatchObject({ state: { status: "parked", why: { code: "name_taken" } } })
  })

  test("that came between our look and our create is refused, whoever was first", async () => {
    const trial = new Trial([Queue])
    let came = false
    const result = await trial.run(one(Queue), {
      trouble: {
        before: ({ verb }) => {
          if (came || verb !== "create") return
          came = true
          trial.cloud.insert({ id: "tiny-api-thing", kind: "queue", props: { size: 1 } })
        },
      },
    })
    expect(result.outcome).toBe("failed")
    expect(await trial.row("api/thing")).toMatchObject({ state: { status: "parked", why: { code: "name_taken" } } })
    expect(trial.only("queue").owner).toBeUndefined()
  })

  test("that took the place of ours is not touched", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one())
    trial.only("thing").owner = STRANGER
    const { mutations } = trial.cloud
    expect((await trial.run(one(Thing, 2))).outcome).toBe("failed")
    await trial.converge(null)
    expect(trial.cloud.mutations).toBe(mutations)
    expect(trial.only("thing").props.size).toBe(1)
  })
})

describe("a mark", () => {
  test("that somebody removed is written again, with an event", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one())
    trial.only("thing").owner = undefined
    trial.store.events.length = 0
    await trial.converge(one())
    expect(trial.only("thing").owner).toEqual(markOf("api/thing"))
    expect(trial.store.events).toContainEqual(
      expect.objectContaining({ node: "api/thing", event: "update", message: expect.stringContaining("owner") }),
    )
  })

  test("that the create cannot take is written by the next call", async () => {
    const trial = new Trial([Queue])
    await trial.converge(one(Queue))
    expect(trial.only("queue").owner).toEqual(markOf("api/thing"))
    expect(trial.cloud.mutations).toBe(2)
  })

  test("that is missing does not keep ours from being deleted", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one())
    trial.only("thing").owner = undefined
    await trial.converge(null)
    expect(trial.objects("thing")).toEqual([])
  })
})

describe("an object that can carry no mark", () => {
  const family = (graph: Graph) => {
    const parent = graph.add(Parent, "api/parent", {})
    graph.add(Child, "api/child", { to: parent.ref("id"), key: "root", size: 1 })
  }

  test("is ours under our own parent, whoever made it", async () => {
    const trial = new Trial([Parent, Child])
    trial.cloud.insert({ id: "tiny-api-parent/root", kind: "child", props: { to: "tiny-api-parent", key: "root" } })
    await trial.converge(family)
    expect(trial.only("child").props).toMatchObject({ size: 1 })
  })

  test("is refused under a customer's parent unless we made it", async () => {
    const trial = new Trial([Child])
    const build = (graph: Graph) => void graph.add(Child, "api/child", { to: "zone", key: "root", size: 1 })
    trial.cloud.insert({ id: "zone/root", kind: "child", props: { to: "zone", key: "root" } })
    expect((await trial.run(build)).outcome).toBe("failed")
    trial.cloud.objects.delete("zone/root")
    await trial.converge(build, { trouble: {} }).catch(() => trial.clock.advance(200_000))
    await trial.converge(build)
    expect(trial.only("child").props).toMatchObject({ size: 1 })
    await trial.converge(null)
    expect(trial.objects("child")).toEqual([])
  })
})

test("a customer's parent is not ours because an object of ours answers its address", async () => {
  const Subnet = tiny("subnet", {}, { attributes: () => ({ address: "network-of-the-customer" }) })
  const trial = new Trial([Subnet, Child])
  const theirs = { to: "network-of-the-customer", key: "root", color: "theirs" }
  trial.cloud.insert({ id: "network-of-the-customer/root", kind: "child", props: theirs })
  const result = await trial.run((graph) => {
    const subnet = graph.add(Subnet, "api/subnet", {})
    const props = { to: "network-of-the-customer", key: "root", secret: subnet.ref("id") }
    graph.add(Child, "api/child", props)
  })
  expect(result.outcome).toBe("failed")
  expect(await trial.row("api/child")).toMatchObject({ state: { why: { code: "name_taken" } } })
  expect(trial.only("child").props).toEqual(theirs)
})

describe("a create that was never answered", () => {
  test("and lands at once is found by its mark and not repeated", async () => {
    const trial = new Trial([Assigned])
    await trial.converge(one(Assigned), { trouble: lost(100) })
    expect(trial.only("assigned").owner).toEqual(markOf("api/thing"))
    expect(trial.cloud.mutations).toBe(1)
  })

  test("and lands after it was repeated leaves a twin, which is deleted", async () => {
    const trial = new Trial([Assigned])
    await trial.converge(one(Assigned), { trouble: lost(130_000) })
    expect(trial.store.events.map(({ event }) => event)).toContain("twin_found")
    expect(trial.only("assigned")).toMatchObject({ id: (await trial.row("api/thing")).id })
    expect(await trial.store.rows()).toHaveLength(1)
  })

  test("and lands while everything is destroyed leaves nothing", async () => {
    const trial = new Trial([Assigned])
    const trouble = lost(40_000)
    await trial.run(one(Assigned), { trouble })
    await trial.converge(null)
    await trial.clock.advance(200_000)
    expect(trial.objects("assigned")).toEqual([])
  })

  test("keeps its token until it is answered", async () => {
    const tokens: string[] = []
    const Tokened = tiny("thing", {
      async create({ token }) {
        tokens.push(token)
        throw new Error("connection reset")
      },
    })
    const trial = new Trial([Tokened])
    for (let count = 0; count < 3; count += 1) {
      await trial.run(one(Tokened))
      await trial.clock.advance(100_000)
    }
    expect(tokens.length).toBeGreaterThan(1)
    expect(new Set(tokens).size).toBe(1)
  })
})

test("what a create collided with is sent whatever cannot be read back", async () => {
  const Code = tiny("code", {}, { hidden: ["secret"] })
  const build = (secret: string) => (graph: Graph) => void graph.add(Code, "api/code", { secret })
  const trial = new Trial([Code])
  const stop = new AbortController()
  const lands: Interference["before"] = (call) => {
    if (call.verb !== "create") return
    call.landLater(100_000)
    stop.abort()
    throw new Error("connection reset")
  }
  await trial.run(build("first"), { trouble: { before: lands }, signal: stop.signal })
  let looked = false
  await trial.clock.advance(85_000)
  await trial.converge(build("second"), {
    trouble: {
      after: async ({ verb }) => {
        // The first create arrives between our look and its repetition.
        if (looked || verb !== "read") return
        looked = true
        await trial.clock.advance(25_000)
      },
    },
  })
  expect(trial.only("code").props.secret).toBe("second")
})
