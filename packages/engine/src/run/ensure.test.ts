import {
  type CloudCall,
  FOREIGN_OWNER,
  type MemoryContext,
  refusal,
  TinyDeployment,
  tiny,
} from "@alienplatform/simulator-memory"
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
        if (cloud.existing(props.name)) throw refusal("already_exists", `${props.name} is on`, { retryable: true })
        cloud.insert({ id: props.name, kind: "api", props: {} })
      }),
  })
  const build = (graph: Graph) => {
    const api = graph.add(Api, "_stack/api", { name: "run.example" })
    graph.add(Thing, "api/thing", { to: api.ref("name") })
  }

  test("is put on where it is not, before whatever needs it", async () => {
    const deployment = new TinyDeployment([Api, Thing])
    const seen: string[] = []
    await deployment.converge(build, {
      trouble: { after: ({ verb, kind }) => void (verb !== "read" && seen.push(`${verb} ${kind}`)) },
    })
    expect(seen).toEqual(["create api", "create thing"])
  })

  test("is left as it is where it is on", async () => {
    const deployment = new TinyDeployment([Api, Thing])
    deployment.cloud.insert({ id: "run.example", kind: "api", props: {}, owner: FOREIGN_OWNER })
    await deployment.converge(build)
    expect(deployment.cloud.mutations).toBe(1)
    expect(deployment.store.events.map(({ event }) => event)).not.toContain("update")
  })

  test("is there with the first reading that shows it, although nobody answered", async () => {
    const deployment = new TinyDeployment([Api, Thing])
    const start = deployment.clock.now()
    let lost = false
    const after = ({ verb, kind }: CloudCall) => {
      if (verb !== "create" || kind !== "api" || lost) return
      lost = true
      throw new Error("connection reset")
    }
    expect((await deployment.run(build, { trouble: { after } })).outcome).toBe("settled")
    expect(deployment.clock.now() - start).toBeLessThan(5_000)
    expect(deployment.cloud.mutations).toBe(2)
  })

  test("is never deleted, whoever put it on", async () => {
    const deployment = new TinyDeployment([Api, Thing])
    await deployment.converge(build)
    await deployment.converge((graph) => void graph.add(Thing, "api/thing", {}))
    expect(deployment.objects("api")).toHaveLength(1)
    await deployment.converge(build)
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
    expect(deployment.objects("api")).toHaveLength(1)
    expect(deployment.objects("thing")).toEqual([])
  })

  test("is put on again when somebody put it off", async () => {
    const deployment = new TinyDeployment([Api, Thing])
    await deployment.converge(build)
    deployment.cloud.objects.delete("run.example")
    await deployment.converge(build)
    expect(deployment.objects("api")).toHaveLength(1)
  })

  test("is planned as what is made, and as what stays", async () => {
    const deployment = new TinyDeployment([Api, Thing])
    expect((await deployment.plan(build)).actions).toMatchObject([{ node: "_stack/api", action: "create" }, {}])
    await deployment.converge(build)
    const { actions } = await deployment.plan(null)
    expect(actions.map(({ node, action }) => [node, action])).toContainEqual(["_stack/api", "detach"])
  })
})
