import { type CloudCall, type MemoryContext, refuse, STRANGER, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineEnsure } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"

const Thing = tiny("thing")

describe("an ensure", () => {
  /** An API that is on or not, for everybody in the account. */
  const Api = defineEnsure<{ name: string }, { name: string }, MemoryContext>({
    type: "tiny.api",
    permissions: { read: [] },
    read: ({ cloud, props }) =>
      cloud.request("read", "api", () =>
        cloud.existing(String(props.name)) === undefined
          ? undefined
          : { id: String(props.name), props: {}, attributes: { name: String(props.name) }, status: "settled" },
      ),
    create: ({ cloud, props }) =>
      cloud.request("create", "api", () => {
        if (cloud.existing(props.name)) throw refuse("already_exists", `${props.name} is on`, { retryable: true })
        cloud.insert({ id: props.name, kind: "api", props: {} })
      }),
  })
  const build = (graph: Graph) => {
    const api = graph.add(Api, "_stack/api", { name: "run.example" })
    graph.add(Thing, "api/thing", { to: api.ref("name") })
  }

  test("is put on where it is not, before whatever needs it", async () => {
    const trial = new Trial([Api, Thing])
    const seen: string[] = []
    await trial.converge(build, {
      trouble: { after: ({ verb, kind }) => void (verb !== "read" && seen.push(`${verb} ${kind}`)) },
    })
    expect(seen).toEqual(["create api", "create thing"])
  })

  test("is left as it is where it is on", async () => {
    const trial = new Trial([Api, Thing])
    trial.cloud.insert({ id: "run.example", kind: "api", props: {}, owner: STRANGER })
    await trial.converge(build)
    expect(trial.cloud.mutations).toBe(1)
    expect(trial.store.events.map(({ event }) => event)).not.toContain("update")
  })

  test("is there with the first reading that shows it, although nobody answered", async () => {
    const trial = new Trial([Api, Thing])
    const start = trial.clock.now()
    let lost = false
    const after = ({ verb, kind }: CloudCall) => {
      if (verb !== "create" || kind !== "api" || lost) return
      lost = true
      throw new Error("connection reset")
    }
    expect((await trial.run(build, { trouble: { after } })).outcome).toBe("settled")
    expect(trial.clock.now() - start).toBeLessThan(5_000)
    expect(trial.cloud.mutations).toBe(2)
  })

  test("is never deleted, whoever put it on", async () => {
    const trial = new Trial([Api, Thing])
    await trial.converge(build)
    await trial.converge((graph) => void graph.add(Thing, "api/thing", {}))
    expect(trial.objects("api")).toHaveLength(1)
    await trial.converge(build)
    expect((await trial.converge(null)).outcome).toBe("destroyed")
    expect(trial.objects("api")).toHaveLength(1)
    expect(trial.objects("thing")).toEqual([])
  })

  test("is put on again when somebody put it off", async () => {
    const trial = new Trial([Api, Thing])
    await trial.converge(build)
    trial.cloud.objects.delete("run.example")
    await trial.converge(build)
    expect(trial.objects("api")).toHaveLength(1)
  })

  test("is planned as what is made, and as what stays", async () => {
    const trial = new Trial([Api, Thing])
    expect((await trial.plan(build)).actions).toMatchObject([{ node: "_stack/api", action: "create" }, {}])
    await trial.converge(build)
    const { actions } = await trial.plan(null)
    expect(actions.map(({ node, action }) => [node, action])).toContainEqual(["_stack/api", "detach"])
  })
})
