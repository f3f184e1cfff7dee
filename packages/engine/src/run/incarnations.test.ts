import { refusal, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Thing = tiny("thing")
const nodes =
  (type: TinyType, ...ids: string[]) =>
  (graph: Graph) => {
    for (const node of ids) graph.add(type, node, {})
  }

describe("names of objects", () => {
  test("of nodes that are alike once they are escaped do not collide", async () => {
    const alike = [
      "api/host/a.b.example",
      "api/host/a-b.example",
      "api/host/*.a.example",
      "api/host/a.example",
      "api/x-y",
      "api-x/y",
    ]
    const deployment = new TinyDeployment([Thing])
    expect((await deployment.converge(nodes(Thing, ...alike))).outcome).toBe("settled")
    expect(deployment.objects("thing").map(({ owner }) => owner?.node)).toEqual(alike)
  })
})

describe("the incarnation of a node", () => {
  /** Keeps the name of a deleted object taken, as clouds with soft deletes do. */
  const softDeleting = () => {
    const taken = new Set<string>()
    const Soft: TinyType = {
      ...Thing,
      create: async (args) => {
        if (taken.has(args.name)) throw refusal("invalid", `${args.name} was deleted less than 30 days ago`)
        taken.add(args.name)
        return Thing.create(args)
      },
    }
    return Soft
  }

  test("goes on counting after its node was gone, so that a name that stays taken is not asked for again", async () => {
    const Soft = softDeleting()
    const deployment = new TinyDeployment([Soft])
    await deployment.converge(nodes(Soft, "api/thing", "web/thing"))
    await deployment.converge(nodes(Soft, "web/thing"))
    await deployment.converge(nodes(Soft, "api/thing", "web/thing"))
    expect(await deployment.row("api/thing")).toMatchObject({ incarnation: 2, name: "tiny-api-thing-2" })
    await deployment.converge(nodes(Soft, "web/thing"))
    await deployment.converge(nodes(Soft, "api/thing", "web/thing"))
    expect(await deployment.row("api/thing")).toMatchObject({ incarnation: 3 })
    expect(await deployment.row("web/thing")).toMatchObject({ incarnation: 1 })
  })

  test("goes on counting after everything was destroyed", async () => {
    const Soft = softDeleting()
    const deployment = new TinyDeployment([Soft])
    await deployment.converge(nodes(Soft, "api/thing"))
    await deployment.converge(null)
    await deployment.converge(nodes(Soft, "api/thing"))
    expect(deployment.onlyObject("thing").name).toBe("tiny-api-thing-2")
  })
})
