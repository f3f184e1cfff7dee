import { type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
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
    const trial = new Trial([Keyed])
    await trial.converge(one("api/thing"))
    const { id } = trial.only("thing")
    await trial.converge(one("api/thing", "green"))
    expect(trial.only("thing")).toMatchObject({ id, props: { color: "green" } })
    expect(await trial.store.rows()).toMatchObject([{ id, incarnation: 2, doomed: false }])
    await trial.converge(null)
    expect(trial.objects("thing")).toEqual([])
  })

  test("and that is another node's is refused: two rows never hold it", async () => {
    const trial = new Trial([Keyed])
    await trial.converge(one("api/thing"))
    const { id } = trial.only("thing")
    const result = await trial.run((graph) => {
      one("api/thing")(graph)
      one("web/thing", "green")(graph)
    })
    expect(result.outcome).toBe("failed")
    expect(await trial.row("web/thing")).toMatchObject({
      id: null,
      state: { status: "parked", why: { code: "name_taken", message: expect.stringContaining("api/thing") } },
    })
    expect((await trial.store.rows()).filter((row) => row.id === id)).toHaveLength(1)
  })

  test("and that is another node's is left to it when the node that was refused goes", async () => {
    const trial = new Trial([Keyed])
    await trial.converge(one("api/thing"))
    await trial.run((graph) => {
      one("api/thing")(graph)
      one("web/thing", "green")(graph)
    })
    const { id } = trial.only("thing")
    await trial.run(one("api/thing"))
    await trial.clock.advance(600_000)
    await trial.run(one("api/thing"))
    expect(trial.only("thing").id).toBe(id)
  })
})
