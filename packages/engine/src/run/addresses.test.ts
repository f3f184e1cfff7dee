import { TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Assigned = tiny("thing", { identity: { by: "assigned" }, replaceOn: ["color"] }, { address: "assigned" })

/** The cloud keeps one object per `key` and answers a create with the one that it has, changed. */
const Keyed: TinyType = {
  ...Assigned,
  create: async (args) => {
    const same = args.cloud.ofKind("thing").find(({ props }) => props.key === args.props.key)
    if (!same) return Assigned.create(args)
    return args.cloud.request("create", "thing", () => {
      Object.assign(same, { props: { ...args.props }, owner: args.owner, version: same.version + 1 })
      return { id: same.id }
    })
  },
}

const one =
  (node: string, color = "blue") =>
  (graph: Graph) =>
    void graph.add(Keyed, node, { key: "k", color })

describe("an address that a create is answered with", () => {
  test("and that is the node's own older object's becomes the new one's, and nothing is deleted", async () => {
    const deployment = new TinyDeployment([Keyed])
    await deployment.converge(one("api/thing"))
    const { id } = deployment.onlyObject("thing")
    await deployment.converge(one("api/thing", "green"))
    expect(deployment.onlyObject("thing")).toMatchObject({ id, props: { color: "green" } })
    expect(await deployment.store.rows()).toMatchObject([{ id, incarnation: 2, doomed: false }])
    await deployment.converge(null)
    expect(deployment.objects("thing")).toEqual([])
  })

  test("and that is another node's is refused: two rows never hold it", async () => {
    const deployment = new TinyDeployment([Keyed])
    await deployment.converge(one("api/thing"))
    const { id } = deployment.onlyObject("thing")
    const result = await deployment.run((graph) => {
      one("api/thing")(graph)
      one("web/thing", "green")(graph)
    })
    expect(result.outcome).toBe("failed")
    expect(await deployment.row("web/thing")).toMatchObject({
      id: null,
      state: { status: "parked", why: { code: "name_taken", message: expect.stringContaining("api/thing") } },
    })
    expect((await deployment.store.rows()).filter((row) => row.id === id)).toHaveLength(1)
  })

  test("and that is another node's is left to it when the node that was refused goes", async () => {
    const deployment = new TinyDeployment([Keyed])
    await deployment.converge(one("api/thing"))
    await deployment.run((graph) => {
      one("api/thing")(graph)
      one("web/thing", "green")(graph)
    })
    const { id } = deployment.onlyObject("thing")
    await deployment.run(one("api/thing"))
    await deployment.clock.advance(600_000)
    await deployment.run(one("api/thing"))
    expect(deployment.onlyObject("thing").id).toBe(id)
  })
})
