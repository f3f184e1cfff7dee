import { Trial, tiny } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const fails = (): never => {
  throw new Error("a mistake of the type")
}

test("a prediction that fails holds up what asked for it, and nobody else", async () => {
  const Wrong = tiny("wrong", { predict: fails })
  const Thing = tiny("thing")
  const trial = new Trial([Wrong, Thing])
  await trial.converge((graph: Graph) => {
    const wrong = graph.add(Wrong, "a/wrong", {})
    graph.add(Thing, "b/thing", { to: wrong.ref("address", "name") })
    graph.add(Thing, "c/thing", {})
  })
  // Once the object is there its own attribute answers.
  expect(trial.objects("thing")).toHaveLength(2)
})

test("an object whose type cannot say how long it is kept goes after ten minutes", async () => {
  const Thing = tiny("thing", { replaceOn: ["key"], retireAfter: fails })
  const trial = new Trial([Thing])
  const build = (key: string) => (graph: Graph) => void graph.add(Thing, "a/thing", { key })
  await trial.converge(build("1"))
  expect((await trial.run(build("2"))).outcome).toBe("settled")
  expect(trial.objects("thing")).toHaveLength(2)
  await trial.clock.advance(10 * 60_000)
  await trial.converge(build("2"))
  expect(trial.objects("thing")).toHaveLength(1)
})

test("an object that lost a mark which cannot be written again stays ours, and that is told once", async () => {
  const Once = tiny("once", { remark: false })
  const trial = new Trial([Once])
  const build = (graph: Graph) => void graph.add(Once, "a/once", { size: 1 })
  await trial.converge(build)
  trial.only("once").owner = undefined
  const before = trial.cloud.mutations
  await trial.converge(build)
  const { writes } = trial.store
  await trial.converge(build)
  expect(trial.cloud.mutations).toBe(before)
  expect(trial.store.writes).toBe(writes)
  expect(trial.store.events.filter(({ event }) => event === "mark_lost")).toHaveLength(1)
})
