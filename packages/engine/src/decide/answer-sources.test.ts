import { graphOf, type MemoryContext, tiny } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import { defineGate } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"
import { answerSources } from "./answer-sources.ts"

const Plain = tiny("plain")
const Predicted = tiny("predicted", { predict: ({ props: { to } }) => ({ address: to ?? "" }) })
const Shared = tiny("shared", { parts: "entries" })
const Gate = defineGate<{ of: string }, { of: string }, MemoryContext>({
  type: "tiny.gate",
  permissions: { read: [] },
  read: async () => undefined,
})

const heard = (build: (graph: Graph) => void, node = "z/thing") => {
  const graph = graphOf(build)
  const desired = graph.nodes.get(node)
  return desired && [...answerSources(desired, graph)].sort()
}

test("a node hears of what it needs, its parts' needs and orders included", () => {
  expect(
    heard((graph) => {
      const [a, b, c, d] = ["a/a", "b/b", "c/c", "d/d"].map((node) => graph.add(Plain, node, {}))
      const thing = graph.add(Shared, "z/thing", { to: a?.ref("id") ?? "" }, { after: b ? [b] : [] })
      graph.part(thing, "x", { to: c?.ref("id", "exists") }, { after: d ? [d] : [] })
    }),
  ).toEqual(["a/a", "b/b", "c/c", "d/d"])
})

test("a node hears of whom it names, and of what that name is predicted from, at any distance", () => {
  const chain = (type: typeof Plain) => (graph: Graph) => {
    const first = graph.add(Plain, "a/first", {})
    const second = graph.add(Predicted, "b/second", { to: first.ref("id") })
    const third = graph.add(type, "c/third", { to: second.ref("address", "exists") })
    graph.add(Plain, "z/thing", { to: third.ref("address", "name") })
  }
  expect(heard(chain(Predicted))).toEqual(["a/first", "b/second", "c/third"])
  expect(heard(chain(Plain))).toEqual(["c/third"])
})

test("a node hears of its gates and of what they would be asked, and of both values", () => {
  expect(
    heard((graph) => {
      const version = graph.add(Plain, "a/version", {})
      const gate = graph.add(Gate, "b/gate", { of: version.ref("id") })
      const [next, last] = ["c/next", "d/last"].map((node) => graph.add(Plain, node, {}).ref("id"))
      graph.add(Plain, "z/thing", { to: gate.once(next ?? "", { until: last ?? "" }) })
    }),
  ).toEqual(["a/version", "b/gate", "c/next", "d/last"])
})

test("nodes that name each other hear of each other, and of themselves not", () => {
  const circle = (graph: Graph) => {
    const other = graph.add(Predicted, "a/other", {})
    const thing = graph.add(Predicted, "z/thing", { to: other.ref("address", "name") })
    const node = graph.nodes.get("a/other")
    if (node) node.props = { to: thing.ref("address", "name") }
  }
  expect(heard(circle)).toEqual(["a/other"])
  expect(heard(circle, "a/other")).toEqual(["z/thing"])
})
