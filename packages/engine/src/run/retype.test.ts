import { TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Plain = tiny("plain")
const Streaming = tiny("streaming")
const Mapping = tiny("mapping")

/** A front and what is mapped to it. */
const front = (type: TinyType) => (graph: Graph) => {
  const made = graph.add(type, "api/front", { size: 1 })
  graph.add(Mapping, "api/mapping", { to: made.ref("id") })
}

describe("a node that becomes another type", () => {
  test("gets an object of that type, and the old one goes once nothing points at it", async () => {
    const deployment = new TinyDeployment([Plain, Streaming, Mapping])
    await deployment.converge(front(Plain))
    const old = deployment.onlyObject("plain")
    const wrong: string[] = []
    const look = () => {
      const target = String(deployment.onlyObject("mapping").props.to)
      if (!deployment.cloud.existing(target)) wrong.push(`${target} is gone and mapped`)
    }
    await deployment.converge(front(Streaming), { trouble: { before: look, after: look } })
    expect(wrong).toEqual([])
    expect(old.version).toBe(1)
    expect(deployment.objects("plain")).toEqual([])
    expect(deployment.onlyObject("mapping").props.to).toBe(deployment.onlyObject("streaming").id)
  })

  test("does not stand in the way of the name that both types would give", async () => {
    const deployment = new TinyDeployment([Plain, Streaming, Mapping])
    await deployment.converge(front(Plain))
    await deployment.converge(front(Streaming))
    expect(deployment.onlyObject("streaming")).toMatchObject({ name: "tiny-api-front-2", owner: { incarnation: 2 } })
  })

  test("is planned as a replacement that names the old type", async () => {
    const deployment = new TinyDeployment([Plain, Streaming, Mapping])
    await deployment.converge(front(Plain))
    const { actions } = await deployment.plan(front(Streaming))
    expect(actions).toContainEqual(
      expect.objectContaining({
        action: "replace",
        node: "api/front",
        type: "tiny.streaming",
        reasons: ["it was a tiny.plain"],
      }),
    )
  })

  test("and back before the other is usable goes on with the first object", async () => {
    const Slow = tiny("streaming", {}, { settleMs: 600_000 })
    const deployment = new TinyDeployment([Plain, Slow, Mapping])
    await deployment.converge(front(Plain))
    const { id, version } = deployment.onlyObject("plain")
    await deployment.run(front(Slow))
    await deployment.converge(front(Plain))
    expect(deployment.onlyObject("plain")).toMatchObject({ id, version })
    expect(deployment.objects("streaming")).toEqual([])
  })
})
