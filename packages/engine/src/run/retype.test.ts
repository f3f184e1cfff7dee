import { type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
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
    const trial = new Trial([Plain, Streaming, Mapping])
    await trial.converge(front(Plain))
    const old = trial.only("plain")
    const wrong: string[] = []
    const look = () => {
      const target = String(trial.only("mapping").props.to)
      if (!trial.cloud.existing(target)) wrong.push(`${target} is gone and mapped`)
    }
    await trial.converge(front(Streaming), { trouble: { before: look, after: look } })
    expect(wrong).toEqual([])
    expect(old.version).toBe(1)
    expect(trial.objects("plain")).toEqual([])
    expect(trial.only("mapping").props.to).toBe(trial.only("streaming").id)
  })

  test("does not stand in the way of the name that both types would give", async () => {
    const trial = new Trial([Plain, Streaming, Mapping])
    await trial.converge(front(Plain))
    await trial.converge(front(Streaming))
    expect(trial.only("streaming")).toMatchObject({ name: "tiny-api-front-2", owner: { incarnation: 2 } })
  })

  test("is planned as a replacement that names the old type", async () => {
    const trial = new Trial([Plain, Streaming, Mapping])
    await trial.converge(front(Plain))
    const { actions } = await trial.plan(front(Streaming))
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
    const Slow = tiny("streaming", {}, { settlesIn: 600_000 })
    const trial = new Trial([Plain, Slow, Mapping])
    await trial.converge(front(Plain))
    const { id, version } = trial.only("plain")
    await trial.run(front(Slow))
    await trial.converge(front(Plain))
    expect(trial.only("plain")).toMatchObject({ id, version })
    expect(trial.objects("streaming")).toEqual([])
  })
})
