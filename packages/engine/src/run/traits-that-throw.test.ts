import { TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const fails = (): never => {
  throw new Error("a mistake of the type")
}

test("a prediction that fails holds up what asked for it, and nobody else", async () => {
  const Wrong = tiny("wrong", { predict: fails })
  const Thing = tiny("thing")
  const deployment = new TinyDeployment([Wrong, Thing])
  await deployment.converge((graph: Graph) => {
    const wrong = graph.add(Wrong, "a/wrong", {})
    graph.add(Thing, "b/thing", { to: wrong.ref("address", "name") })
    graph.add(Thing, "c/thing", {})
  })
  // Once the object is there its own attribute answers.
  expect(deployment.objects("thing")).toHaveLength(2)
})

test("an object whose type cannot say how long it is kept goes after ten minutes", async () => {
  const Thing = tiny("thing", { replaceOn: ["key"], retireAfter: fails })
  const deployment = new TinyDeployment([Thing])
  const build = (key: string) => (graph: Graph) => void graph.add(Thing, "a/thing", { key })
  await deployment.converge(build("1"))
  expect((await deployment.run(build("2"))).outcome).toBe("settled")
  expect(deployment.objects("thing")).toHaveLength(2)
  await deployment.clock.advance(10 * 60_000)
  await deployment.converge(build("2"))
  expect(deployment.objects("thing")).toHaveLength(1)
})

test("an object that lost a mark which cannot be written again stays ours, and that is told once", async () => {
  const Once = tiny("once", { remark: false })
  const deployment = new TinyDeployment([Once])
  const build = (graph: Graph) => void graph.add(Once, "a/once", { size: 1 })
  await deployment.converge(build)
  deployment.onlyObject("once").owner = undefined
  const before = deployment.cloud.mutations
  await deployment.converge(build)
  const { writes } = deployment.store
  await deployment.converge(build)
  expect(deployment.cloud.mutations).toBe(before)
  expect(deployment.store.writes).toBe(writes)
  expect(deployment.store.events.filter(({ event }) => event === "mark_lost")).toHaveLength(1)
})
