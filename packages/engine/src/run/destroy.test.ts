import { setImmediate } from "node:timers/promises"
import { MemoryBench, refusal, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const gone = async (bench: MemoryBench) => {
  const customers = bench.customers()
  expect((await bench.converge("nothing")).outcome).toBe("destroyed")
  expect(bench.inventory()).toEqual({})
  expect(bench.customers()).toBe(customers)
  expect(await bench.store.rows()).toEqual([])
}

describe("destroy", () => {
  test("of nothing is done at once", async () => {
    const bench = new MemoryBench()
    await gone(bench)
    expect(bench.cloud.calls).toBe(0)
  })

  test("goes backwards: nothing is deleted while something of ours depends on it", async () => {
    const bench = new MemoryBench()
    await bench.converge("first")
    const refused: string[] = []
    await bench.converge("nothing", ({ what }) => {
      if (what === "call")
        refused.push(...bench.store.events.filter(({ code }) => code === "conflict").map(({ node }) => node))
    })
    expect(refused).toEqual([])
    expect(bench.inventory()).toEqual({})
  })

  test("reads no lookup and no gate", async () => {
    const bench = new MemoryBench()
    await bench.converge("first")
    const read: string[] = []
    await bench.converge("nothing", ({ what, when, name }) => {
      if (what === "call" && when === "before") read.push(name)
    })
    expect(read).not.toContain("read certificate")
    expect(read).not.toContain("read health")
  })

  test("twice is fine", async () => {
    const bench = new MemoryBench()
    await bench.converge("first")
    await gone(bench)
    await gone(bench)
  })

  test("leaves nothing of a release that is half replaced", async () => {
    const bench = new MemoryBench()
    await bench.converge("first")
    await bench.run("second")
    await gone(bench)
  })

  test("leaves nothing while a person is waited for", async () => {
    const bench = new MemoryBench({ certificate: "pending" })
    await bench.run("first")
    await gone(bench)
  })

  for (const every of [1, 2, 3, 5, 8, 13, 21, 34]) {
    test(`leaves nothing of a deploy whose call ${every} and all after it got no answer`, async () => {
      const bench = new MemoryBench()
      let calls = 0
      await bench.run("first", ({ what, when, mutating }) => {
        if (what !== "call" || !mutating || when !== "after") return
        calls += 1
        if (calls >= every) throw new Error("connection reset")
      })
      await gone(bench)
    })
  }

  for (const every of [1, 2, 3, 5, 8, 13, 21, 34]) {
    test(`leaves nothing of a deploy whose call ${every} and all after it were refused`, async () => {
      const bench = new MemoryBench()
      let calls = 0
      await bench.run("first", ({ what, when, mutating }) => {
        if (what !== "call" || !mutating || when !== "before") return
        calls += 1
        if (calls >= every) throw refusal("denied", "not any more")
      })
      await gone(bench)
    })
  }
})

describe("destroy of one object", () => {
  const one = (type: ReturnType<typeof tiny>) => (graph: Graph) => void graph.add(type, "api/thing", { size: 1 })

  test("does not wait for changing", async () => {
    const Slow = tiny("thing", {}, { settleMs: 3_600_000 })
    const deployment = new TinyDeployment([Slow])
    await deployment.run(one(Slow))
    const before = deployment.clock.now()
    await deployment.converge(null)
    expect(deployment.objects("thing")).toEqual([])
    expect(deployment.clock.now() - before).toBeLessThan(300_000)
  })

  test("takes it for deleted only once it cannot be found", async () => {
    const Slow = tiny("thing", {}, { deleteMs: 600_000 })
    const deployment = new TinyDeployment([Slow])
    await deployment.converge(one(Slow))
    expect(await deployment.run(null)).toMatchObject({ outcome: "progressing", rows: [{ doomed: true }] })
    await deployment.converge(null)
    expect(deployment.objects("thing")).toEqual([])
    expect(deployment.cloud.mutations).toBe(2)
  })

  test("that cannot be found because it is not visible yet waits for it", async () => {
    const Late = tiny(
      "thing",
      { identity: { by: "assigned" }, visibleWithin: 20_000 },
      { address: "assigned", hiddenMs: 15_000 },
    )
    const deployment = new TinyDeployment([Late])
    const stop = new AbortController()
    await deployment.run(one(Late), {
      signal: stop.signal,
      trouble: {
        before: ({ verb }) => {
          if (verb === "create") stop.abort()
        },
      },
    })
    await deployment.converge(null)
    await deployment.clock.advance(60_000)
    expect(deployment.objects("thing")).toEqual([])
  })

  test.each(["answered", "never answered"])(
    "looks for a second one with its mark once its delete was %s",
    async (how) => {
      const Assigned = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned" })
      const deployment = new TinyDeployment([Assigned])
      await deployment.converge(one(Assigned))
      // A create that nobody waited for any more.
      deployment.cloud.insert({ ...structuredClone(deployment.onlyObject("thing")), id: "landed-late" })
      await deployment.converge(null, {
        trouble: {
          after: ({ verb }) => {
            if (verb === "delete" && how !== "answered") throw new Error("connection reset")
          },
        },
      })
      expect(deployment.objects("thing")).toEqual([])
    },
  )

  test("that is refused is listed with the reason and tried again", async () => {
    const Thing = tiny("thing")
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(Thing))
    let allowed = false
    const trouble = {
      before: ({ verb }: { verb: string }) => {
        if (verb === "delete" && !allowed) throw refusal("denied", "access was taken away")
      },
    }
    const result = await deployment.run(null, { trouble })
    expect(result.rows).toMatchObject([{ state: { status: "parked", why: { code: "denied" } } }])
    expect(result.dueAt).not.toBeNull()
    allowed = true
    expect((await deployment.converge(null, { trouble })).outcome).toBe("destroyed")
  })

  test("that is being looked at when its last dependant goes is deleted in the same run", async () => {
    const Child = tiny("child")
    const Parent = tiny("parent")
    const deployment = new TinyDeployment([Parent, Child])
    await deployment.converge((graph) => {
      const parent = graph.add(Parent, "api/parent", {})
      graph.add(Child, "api/child", { to: parent.ref("id") })
    })
    const trouble = {
      before: async ({ verb, kind }: { verb: string; kind: string }) => {
        if (verb !== "read" || kind !== "parent") return
        while (deployment.objects("child").length > 0 || (await deployment.store.rows()).length > 1)
          await setImmediate()
      },
    }
    expect((await deployment.run(null, { trouble })).outcome).toBe("destroyed")
  })

  test("uses the recorded props and no expansion", async () => {
    const Child = tiny(
      "child",
      { identity: { by: "parent", of: "to", key: ["key"], unique: true } },
      { neverMarked: true, address: ({ to, key }) => `${to}/${key}` },
    )
    const Parent = tiny("parent", {}, { usedBy: ["child"] })
    const deployment = new TinyDeployment([Parent, Child])
    await deployment.converge((graph) => {
      const parent = graph.add(Parent, "api/parent", {})
      graph.add(Child, "api/child", { to: parent.ref("id"), key: "k" })
    })
    await deployment.converge(null)
    expect([...deployment.objects("child"), ...deployment.objects("parent")]).toEqual([])
  })
})
