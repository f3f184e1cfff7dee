import { TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Thing = tiny("thing")
const build = (graph: Graph) => {
  const first = graph.add(Thing, "a/thing", { size: 1 })
  graph.add(Thing, "b/thing", { to: first.ref("id") })
}

async function readsOf(deployment: TinyDeployment, look: "all" | "due"): Promise<number> {
  let reads = 0
  const before = ({ verb }: { verb: string }) => {
    if (verb === "read") reads += 1
  }
  await deployment.run(build, { look, trouble: { before } })
  return reads
}

test("it reads nothing of what is as it should be when only what is due is looked at", async () => {
  const deployment = new TinyDeployment([Thing])
  await deployment.converge(build)
  expect(await readsOf(deployment, "all")).toBe(2)
  expect(await readsOf(deployment, "due")).toBe(0)
})

test("it goes on with what is under way, and with what waits for that", async () => {
  const Slow = tiny("slow", {}, { settleMs: 100_000 })
  const deployment = new TinyDeployment([Thing, Slow])
  const chain = (graph: Graph) => {
    const slow = graph.add(Slow, "a/slow", {})
    graph.add(Thing, "b/thing", { to: slow.ref("id") })
    graph.add(Thing, "c/thing", {})
  }
  const { dueAt } = await deployment.run(chain)
  await deployment.clock.advance((dueAt ?? 0) - deployment.clock.now())
  for (let count = 0; count < 10; count += 1) {
    const { outcome, dueAt: next } = await deployment.run(chain, { look: "due" })
    if (outcome === "settled") break
    await deployment.clock.advance((next ?? 0) - deployment.clock.now())
  }
  expect(deployment.objects("thing")).toHaveLength(2)
})
