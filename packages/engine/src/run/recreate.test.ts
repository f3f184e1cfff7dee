import { type Interference, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const one =
  (type: TinyType, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { key: "host", size })

const unusable = { broken: { code: "invalid", message: "only another one helps", heal: "recreate" } } as const

describe("an object that only another one can heal", () => {
  test("goes first where both would have the same key", async () => {
    let deleted = 0
    const Fixed = tiny(
      "thing",
      { identity: { by: "key", of: ["key"] } },
      { address: ({ key }) => String(key), status: () => (deleted === 0 ? unusable : "settled") },
    )
    const deployment = new TinyDeployment([Fixed])
    await deployment.converge(one(Fixed), {
      trouble: {
        after: ({ verb }) => {
          if (verb === "delete") deleted += 1
        },
      },
    })
    expect(deleted).toBe(1)
    expect(deployment.onlyObject("thing").id).toBe("host")
    await deployment.converge(null)
    expect(deployment.objects("thing")).toEqual([])
  })

  test("does not pile up objects while every other one is as bad", async () => {
    const Never = tiny("thing", {}, { status: () => unusable })
    const deployment = new TinyDeployment([Never])
    const result = await deployment.run(one(Never))
    expect(result.outcome).not.toBe("settled")
    expect(deployment.objects("thing").length).toBeLessThanOrEqual(5)
    await deployment.converge(null)
    expect(deployment.objects("thing")).toEqual([])
  })
})

describe("an object that comes out broken again and again", () => {
  let unwell = true
  const types: [string, TinyType][] = [
    ["by name", tiny("thing", {}, { status: () => (unwell ? unusable : "settled") })],
    [
      "by a key of which there is one",
      tiny(
        "thing",
        { identity: { by: "key", of: ["key"] } },
        { address: ({ key }) => String(key), status: () => (unwell ? unusable : "settled") },
      ),
    ],
  ]

  describe.each(types)("and is told from others %s", (_, Broken) => {
    /** Runs processes for a day, one after the other; returns how many objects were created. */
    const madeInADay = async (deployment: TinyDeployment): Promise<number> => {
      const end = deployment.clock.now() + 24 * 3_600_000
      let creates = 0
      const before: Interference["before"] = ({ verb }) => {
        if (verb === "create") creates += 1
      }
      while (deployment.clock.now() < end) {
        const { dueAt } = await deployment.run(one(Broken), { trouble: { before } })
        await deployment.clock.advance(Math.max(0, (dueAt ?? end) - deployment.clock.now()))
      }
      return creates
    }

    test("is left to people after three more, with the cloud's own reason", async () => {
      unwell = true
      const deployment = new TinyDeployment([Broken])
      expect(await madeInADay(deployment)).toBe(4)
      expect((await deployment.run(one(Broken))).outcome).toBe("failed")
      expect(await deployment.row("api/thing")).toMatchObject({
        state: { status: "parked", why: { code: "invalid", message: "only another one helps" } },
      })
      expect(deployment.objects("thing")).toHaveLength(Broken.identity.by === "key" ? 1 : 4)
      await deployment.converge(null)
      expect(deployment.objects("thing")).toEqual([])
    })

    test("is counted anew once one of them came out well", async () => {
      unwell = true
      const deployment = new TinyDeployment([Broken])
      await madeInADay(deployment)
      unwell = false
      await deployment.converge(one(Broken))
      unwell = true
      expect(await madeInADay(deployment)).toBe(3)
    })
  })
})

describe("a type that cannot be changed in place", () => {
  const { update: _, ...Fixed } = tiny("thing")

  test("gets another object, and the old one goes", async () => {
    const deployment = new TinyDeployment([Fixed])
    await deployment.converge(one(Fixed, 1))
    await deployment.converge(one(Fixed, 2))
    expect(deployment.onlyObject("thing")).toMatchObject({ name: "tiny-api-thing-2", props: { size: 2 } })
  })

  test("does not pile up objects when the cloud keeps another value than was asked for", async () => {
    const Rounding: TinyType = {
      ...Fixed,
      async read(args) {
        const found = await Fixed.read(args)
        return found && { ...found, props: { ...found.props, size: 8 } }
      },
    }
    const deployment = new TinyDeployment([Rounding])
    const result = await deployment.run(one(Rounding, 7))
    expect(result.outcome).not.toBe("settled")
    expect(deployment.objects("thing").length).toBeLessThanOrEqual(5)
  })
})

describe("a key that moves to another node", () => {
  const Domain = tiny("domain", { identity: { by: "key", of: ["key"] } }, { address: ({ key }) => String(key) })
  const at = (node: string) => (graph: Graph) => void graph.add(Domain, node, { key: "host", size: 1 })

  test("is free before it is taken again", async () => {
    const deployment = new TinyDeployment([Domain])
    await deployment.converge(at("a/domain"))
    await deployment.converge(at("z/domain"))
    expect(deployment.onlyObject("domain").owner).toMatchObject({ node: "z/domain", incarnation: 1 })
    expect(await deployment.store.rows()).toHaveLength(1)
    await deployment.converge(at("a/domain"))
    expect(deployment.onlyObject("domain").owner).toMatchObject({ node: "a/domain" })
  })

  test("is taken by one of two nodes that want it, and the other waits for it", async () => {
    const deployment = new TinyDeployment([Domain])
    const both = (graph: Graph) => {
      at("a/domain")(graph)
      at("z/domain")(graph)
    }
    const result = await deployment.run(both)
    expect(result.outcome).not.toBe("settled")
    expect(deployment.onlyObject("domain").owner).toMatchObject({ node: "a/domain" })
    await deployment.converge(null)
    expect(deployment.objects("domain")).toEqual([])
  })
})
