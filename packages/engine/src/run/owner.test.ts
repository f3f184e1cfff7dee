import type { Interference } from "@alienplatform/simulator-memory"
import { FOREIGN_OWNER, markOf, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
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
    const deployment = new TinyDeployment([Thing])
    deployment.cloud.insert({ id: "tiny-api-thing", kind: "thing", props: { size: 9 }, owner: FOREIGN_OWNER })
    const result = await deployment.run(one())
    expect(result.outcome).toBe("failed")
    expect(deployment.cloud.mutations).toBe(0)
    const row = await deployment.row("api/thing")
    expect(row).toMatchObject({ id: null, state: { status: "parked", why: { code: "name_taken", on: "person" } } })
    expect(row.state.why?.message).toContain("dep_stranger")
    deployment.cloud.objects.delete("tiny-api-thing")
    await deployment.clock.advance((result.dueAt ?? 0) - deployment.clock.now())
    expect((await deployment.run(one())).outcome).toBe("settled")
    expect(deployment.onlyObject("thing")).toMatchObject({ props: { size: 1 }, owner: markOf("api/thing") })
  })

  test("is left in destroy, and its row goes", async () => {
    const deployment = new TinyDeployment([Thing])
    deployment.cloud.insert({ id: "tiny-api-thing", kind: "thing", props: { size: 9 }, owner: FOREIGN_OWNER })
    await deployment.run(one())
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
    expect(deployment.onlyObject("thing").owner).toEqual(FOREIGN_OWNER)
  })

  test("that carries no mark is refused as well", async () => {
    const deployment = new TinyDeployment([Thing, Queue])
    deployment.cloud.insert({ id: "tiny-api-thing", kind: "thing", props: { size: 1 } })
    deployment.cloud.insert({ id: "tiny-api-queue", kind: "queue", props: { size: 1 } })
    await deployment.run((graph) => {
      graph.add(Thing, "api/thing", { size: 1 })
      graph.add(Queue, "api/queue", { size: 1 })
    })
    expect(deployment.cloud.mutations).toBe(0)
    expect(await deployment.row("api/queue")).toMatchObject({
      state: { status: "parked", why: { code: "name_taken" } },
    })
  })

  test("that came between our look and our create is refused, whoever was first", async () => {
    const deployment = new TinyDeployment([Queue])
    let came = false
    const result = await deployment.run(one(Queue), {
      trouble: {
        before: ({ verb }) => {
          if (came || verb !== "create") return
          came = true
          deployment.cloud.insert({ id: "tiny-api-thing", kind: "queue", props: { size: 1 } })
        },
      },
    })
    expect(result.outcome).toBe("failed")
    expect(await deployment.row("api/thing")).toMatchObject({
      state: { status: "parked", why: { code: "name_taken" } },
    })
    expect(deployment.onlyObject("queue").owner).toBeUndefined()
  })

  test("that took the place of ours is not touched", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one())
    deployment.onlyObject("thing").owner = FOREIGN_OWNER
    const { mutations } = deployment.cloud
    expect((await deployment.run(one(Thing, 2))).outcome).toBe("failed")
    await deployment.converge(null)
    expect(deployment.cloud.mutations).toBe(mutations)
    expect(deployment.onlyObject("thing").props.size).toBe(1)
  })
})

describe("a mark", () => {
  test("that somebody removed is written again, with an event", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one())
    deployment.onlyObject("thing").owner = undefined
    deployment.store.events.length = 0
    await deployment.converge(one())
    expect(deployment.onlyObject("thing").owner).toEqual(markOf("api/thing"))
    expect(deployment.store.events).toContainEqual(
      expect.objectContaining({ node: "api/thing", event: "update", message: expect.stringContaining("owner") }),
    )
  })

  test("that the create cannot take is written by the next call", async () => {
    const deployment = new TinyDeployment([Queue])
    await deployment.converge(one(Queue))
    expect(deployment.onlyObject("queue").owner).toEqual(markOf("api/thing"))
    expect(deployment.cloud.mutations).toBe(2)
  })

  test("that is missing does not keep ours from being deleted", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one())
    deployment.onlyObject("thing").owner = undefined
    await deployment.converge(null)
    expect(deployment.objects("thing")).toEqual([])
  })
})

describe("an object that can carry no mark", () => {
  const family = (graph: Graph) => {
    const parent = graph.add(Parent, "api/parent", {})
    graph.add(Child, "api/child", { to: parent.ref("id"), key: "root", size: 1 })
  }

  test("is ours under our own parent, whoever made it", async () => {
    const deployment = new TinyDeployment([Parent, Child])
    deployment.cloud.insert({
      id: "tiny-api-parent/root",
      kind: "child",
      props: { to: "tiny-api-parent", key: "root" },
    })
    await deployment.converge(family)
    expect(deployment.onlyObject("child").props).toMatchObject({ size: 1 })
  })

  test("is refused under a customer's parent unless we made it", async () => {
    const deployment = new TinyDeployment([Child])
    const build = (graph: Graph) => void graph.add(Child, "api/child", { to: "zone", key: "root", size: 1 })
    deployment.cloud.insert({ id: "zone/root", kind: "child", props: { to: "zone", key: "root" } })
    expect((await deployment.run(build)).outcome).toBe("failed")
    deployment.cloud.objects.delete("zone/root")
    await deployment.converge(build, { trouble: {} }).catch(() => deployment.clock.advance(200_000))
    await deployment.converge(build)
    expect(deployment.onlyObject("child").props).toMatchObject({ size: 1 })
    await deployment.converge(null)
    expect(deployment.objects("child")).toEqual([])
  })
})

test("a customer's parent is not ours because an object of ours answers its address", async () => {
  const Subnet = tiny("subnet", {}, { attributes: () => ({ address: "network-of-the-customer" }) })
  const deployment = new TinyDeployment([Subnet, Child])
  const theirs = { to: "network-of-the-customer", key: "root", color: "theirs" }
  deployment.cloud.insert({ id: "network-of-the-customer/root", kind: "child", props: theirs })
  const result = await deployment.run((graph) => {
    const subnet = graph.add(Subnet, "api/subnet", {})
    const props = { to: "network-of-the-customer", key: "root", secret: subnet.ref("id") }
    graph.add(Child, "api/child", props)
  })
  expect(result.outcome).toBe("failed")
  expect(await deployment.row("api/child")).toMatchObject({ state: { why: { code: "name_taken" } } })
  expect(deployment.onlyObject("child").props).toEqual(theirs)
})

describe("a create that was never answered", () => {
  test("and lands at once is found by its mark and not repeated", async () => {
    const deployment = new TinyDeployment([Assigned])
    await deployment.converge(one(Assigned), { trouble: lost(100) })
    expect(deployment.onlyObject("assigned").owner).toEqual(markOf("api/thing"))
    expect(deployment.cloud.mutations).toBe(1)
  })

  test("and lands after it was repeated leaves a twin, which is deleted", async () => {
    const deployment = new TinyDeployment([Assigned])
    await deployment.converge(one(Assigned), { trouble: lost(130_000) })
    expect(deployment.store.events.map(({ event }) => event)).toContain("twin_found")
    expect(deployment.onlyObject("assigned")).toMatchObject({ id: (await deployment.row("api/thing")).id })
    expect(await deployment.store.rows()).toHaveLength(1)
  })

  test("and lands while everything is destroyed leaves nothing", async () => {
    const deployment = new TinyDeployment([Assigned])
    const trouble = lost(40_000)
    await deployment.run(one(Assigned), { trouble })
    await deployment.converge(null)
    await deployment.clock.advance(200_000)
    expect(deployment.objects("assigned")).toEqual([])
  })

  test("keeps its token until it is answered", async () => {
    const tokens: string[] = []
    const Tokened = tiny("thing", {
      async create({ token }) {
        tokens.push(token)
        throw new Error("connection reset")
      },
    })
    const deployment = new TinyDeployment([Tokened])
    for (let count = 0; count < 3; count += 1) {
      await deployment.run(one(Tokened))
      await deployment.clock.advance(100_000)
    }
    expect(tokens.length).toBeGreaterThan(1)
    expect(new Set(tokens).size).toBe(1)
  })
})

test("what a create collided with is sent whatever cannot be read back", async () => {
  const Code = tiny("code", {}, { hiddenProps: ["secret"] })
  const build = (secret: string) => (graph: Graph) => void graph.add(Code, "api/code", { secret })
  const deployment = new TinyDeployment([Code])
  const stop = new AbortController()
  const lands: Interference["before"] = (call) => {
    if (call.verb !== "create") return
    call.landLater(100_000)
    stop.abort()
    throw new Error("connection reset")
  }
  await deployment.run(build("first"), { trouble: { before: lands }, signal: stop.signal })
  let looked = false
  await deployment.clock.advance(85_000)
  await deployment.converge(build("second"), {
    trouble: {
      after: async ({ verb }) => {
        // The first create arrives between our look and its repetition.
        if (looked || verb !== "read") return
        looked = true
        await deployment.clock.advance(25_000)
      },
    },
  })
  expect(deployment.onlyObject("code").props.secret).toBe("second")
})
