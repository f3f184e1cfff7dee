import { setImmediate } from "node:timers/promises"
import { Laboratory, refuse, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const gone = async (laboratory: Laboratory) => {
  const customers = laboratory.customers()
  expect((await laboratory.converge("nothing")).outcome).toBe("destroyed")
  expect(laboratory.inventory()).toEqual({})
  expect(laboratory.customers()).toBe(customers)
  expect(await laboratory.store.rows()).toEqual([])
}

describe("destroy", () => {
  test("of nothing is done at once", async () => {
    const laboratory = new Laboratory()
    await gone(laboratory)
    expect(laboratory.cloud.calls).toBe(0)
  })

  test("goes backwards: nothing is deleted while something of ours depends on it", async () => {
    const laboratory = new Laboratory()
    await laboratory.converge("first")
    const refused: string[] = []
    await laboratory.converge("nothing", ({ what }) => {
      if (what === "call")
        refused.push(...laboratory.store.events.filter(({ code }) => code === "conflict").map(({ node }) => node))
    })
    expect(refused).toEqual([])
    expect(laboratory.inventory()).toEqual({})
  })

  test("reads no lookup and no gate", async () => {
    const laboratory = new Laboratory()
    await laboratory.converge("first")
    const read: string[] = []
    await laboratory.converge("nothing", ({ what, when, name }) => {
      if (what === "call" && when === "before") read.push(name)
    })
    expect(read).not.toContain("read certificate")
    expect(read).not.toContain("read health")
  })

  test("twice is fine", async () => {
    const laboratory = new Laboratory()
    await laboratory.converge("first")
    await gone(laboratory)
    await gone(laboratory)
  })

  test("leaves nothing of a release that is half replaced", async () => {
    const laboratory = new Laboratory()
    await laboratory.converge("first")
    await laboratory.run("second")
    await gone(laboratory)
  })

  test("leaves nothing while a person is waited for", async () => {
    const laboratory = new Laboratory({ certificate: "pending" })
    await laboratory.run("first")
    await gone(laboratory)
  })

  for (const every of [1, 2, 3, 5, 8, 13, 21, 34]) {
    test(`leaves nothing of a deploy whose call ${every} and all after it got no answer`, async () => {
      const laboratory = new Laboratory()
      let calls = 0
      await laboratory.run("first", ({ what, when, mutating }) => {
        if (what !== "call" || !mutating || when !== "after") return
        calls += 1
        if (calls >= every) throw new Error("connection reset")
      })
      await gone(laboratory)
    })
  }

  for (const every of [1, 2, 3, 5, 8, 13, 21, 34]) {
    test(`leaves nothing of a deploy whose call ${every} and all after it were refused`, async () => {
      const laboratory = new Laboratory()
      let calls = 0
      await laboratory.run("first", ({ what, when, mutating }) => {
        if (what !== "call" || !mutating || when !== "before") return
        calls += 1
        if (calls >= every) throw refuse("denied", "not any more")
      })
      await gone(laboratory)
    })
  }
})

describe("destroy of one object", () => {
  const one = (type: ReturnType<typeof tiny>) => (graph: Graph) => void graph.add(type, "api/thing", { size: 1 })

  test("does not wait for changing", async () => {
    const Slow = tiny("thing", {}, { settlesIn: 3_600_000 })
    const trial = new Trial([Slow])
    await trial.run(one(Slow))
    const before = trial.clock.now()
    await trial.converge(null)
    expect(trial.objects("thing")).toEqual([])
    expect(trial.clock.now() - before).toBeLessThan(300_000)
  })

  test("takes it for deleted only once it cannot be found", async () => {
    const Slow = tiny("thing", {}, { deletesIn: 600_000 })
    const trial = new Trial([Slow])
    await trial.converge(one(Slow))
    expect(await trial.run(null)).toMatchObject({ outcome: "progressing", rows: [{ doomed: true }] })
    await trial.converge(null)
    expect(trial.objects("thing")).toEqual([])
    expect(trial.cloud.mutations).toBe(2)
  })

  test("that cannot be found because it is not visible yet waits for it", async () => {
    const Late = tiny(
      "thing",
      { identity: { by: "assigned" }, visibleWithin: 20_000 },
      { address: "assigned", hiddenFor: 15_000 },
    )
    const trial = new Trial([Late])
    const stop = new AbortController()
    await trial.run(one(Late), {
      signal: stop.signal,
      trouble: {
        before: ({ verb }) => {
          if (verb === "create") stop.abort()
        },
      },
    })
    await trial.converge(null)
    await trial.clock.advance(60_000)
    expect(trial.objects("thing")).toEqual([])
  })

  test.each(["answered", "never answered"])(
    "looks for a second one with its mark once its delete was %s",
    async (how) => {
      const Assigned = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned" })
      const trial = new Trial([Assigned])
      await trial.converge(one(Assigned))
      // A create that nobody waited for any more.
      trial.cloud.insert({ ...structuredClone(trial.only("thing")), id: "landed-late" })
      await trial.converge(null, {
        trouble: {
          after: ({ verb }) => {
            if (verb === "delete" && how !== "answered") throw new Error("connection reset")
          },
        },
      })
      expect(trial.objects("thing")).toEqual([])
    },
  )

  test("that is refused is listed with the reason and tried again", async () => {
    const Thing = tiny("thing")
    const trial = new Trial([Thing])
    await trial.converge(one(Thing))
    let allowed = false
    const trouble = {
      before: ({ verb }: { verb: string }) => {
        if (verb === "delete" && !allowed) throw refuse("denied", "access was taken away")
      },
    }
    const result = await trial.run(null, { trouble })
    expect(result.rows).toMatchObject([{ state: { status: "parked", why: { code: "denied" } } }])
    expect(result.dueAt).not.toBeNull()
    allowed = true
    expect((await trial.converge(null, { trouble })).outcome).toBe("destroyed")
  })

  test("that is being looked at when its last dependant goes is deleted in the same run", async () => {
    const Child = tiny("child")
    const Parent = tiny("parent")
    const trial = new Trial([Parent, Child])
    await trial.converge((graph) => {
      const parent = graph.add(Parent, "api/parent", {})
      graph.add(Child, "api/child", { to: parent.ref("id") })
    })
    const trouble = {
      before: async ({ verb, kind }: { verb: string; kind: string }) => {
        if (verb !== "read" || kind !== "parent") return
        while (trial.objects("child").length > 0 || (await trial.store.rows()).length > 1) await setImmediate()
      },
    }
    expect((await trial.run(null, { trouble })).outcome).toBe("destroyed")
  })

  test("uses the recorded props and no expansion", async () => {
    const Child = tiny(
      "child",
      { identity: { by: "parent", of: "to", key: ["key"], unique: true } },
      { neverMarked: true, address: ({ to, key }) => `${to}/${key}` },
    )
    const Parent = tiny("parent", {}, { usedBy: ["child"] })
    const trial = new Trial([Parent, Child])
    await trial.converge((graph) => {
      const parent = graph.add(Parent, "api/parent", {})
      graph.add(Child, "api/child", { to: parent.ref("id"), key: "k" })
    })
    await trial.converge(null)
    expect([...trial.objects("child"), ...trial.objects("parent")]).toEqual([])
  })
})
