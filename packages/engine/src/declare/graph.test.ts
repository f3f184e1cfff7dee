import { tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineLookup } from "./define-node.ts"
import { Graph, type GraphOptions, neededNodes, topologicalOrder } from "./graph.ts"

const Thing = tiny("thing")
const Shared = tiny("shared", { parts: "entries" })
const Found = defineLookup<{ arn: string }, { arn: string }, object>({
  type: "tiny.found",
  permissions: { read: [] },
  read: async () => undefined,
})
const empty = (options: Partial<GraphOptions> = {}) => new Graph({ prefix: "p", ...options })

describe("the order of nodes", () => {
  test("puts a node behind what it refers to, at any depth", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", { to: graph.add(Thing, "z/thing", {}).ref("id") })
    const deep = graph.add(Thing, "y/thing", {})
    graph.add(Thing, "b/thing", { entries: { x: [{ y: deep.ref("id", "exists") }] } as never })
    const order = topologicalOrder(graph).map(({ node }) => node)
    expect(order.indexOf("z/thing")).toBeLessThan(order.indexOf("a/thing"))
    expect(order.indexOf("y/thing")).toBeLessThan(order.indexOf("b/thing"))
  })

  test("puts a node behind what it comes after, its parts included", () => {
    const graph = empty()
    const shared = graph.add(Shared, "a/shared", {})
    const late = graph.add(Thing, "b/late", {})
    const data = graph.add(Thing, "c/data", {})
    graph.part(shared, "key", { to: data.ref("id") }, { after: [late] })
    graph.add(Thing, "d/thing", {}, { after: [shared] })
    const order = topologicalOrder(graph).map(({ node }) => node)
    expect(order.slice(0, 2).sort()).toEqual(["b/late", "c/data"])
    expect(order.slice(2)).toEqual(["a/shared", "d/thing"])
    const node = graph.nodes.get("a/shared")
    expect(node && [...neededNodes(node)].sort()).toEqual(["b/late", "c/data"])
  })

  test("names the path of a cycle", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", { to: graph.add(Thing, "b/thing", {}).ref("id") })
    const node = graph.nodes.get("b/thing")
    const other = graph.add(Thing, "c/thing", {}, { after: [{ node: "a/thing" }] })
    if (node) node.props = { to: other.ref("id") }
    expect(() => topologicalOrder(graph)).toThrowError(
      expect.objectContaining({
        code: "graph_cycle",
        internal: true,
        message: expect.stringContaining("b/thing → c/thing → a/thing → b/thing"),
      }),
    )
  })

  test("counts a reference of a part as one of its node", () => {
    const graph = empty()
    const shared = graph.add(Shared, "a/shared", {})
    const thing = graph.add(Thing, "b/thing", { to: shared.ref("id") })
    graph.part(shared, "key", { to: thing.ref("id") })
    expect(() => topologicalOrder(graph)).toThrowError(expect.objectContaining({ code: "graph_cycle" }))
  })

  test("lets two nodes name each other", () => {
    const graph = empty()
    const thing = graph.add(Thing, "a/thing", { to: graph.add(Thing, "b/thing", {}).ref("address", "name") })
    const node = graph.nodes.get("b/thing")
    if (node) node.props = { to: thing.ref("address", "name") }
    expect(topologicalOrder(graph)).toHaveLength(2)
  })

  test("refuses a reference to a node that is not there", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", {}, { after: [{ node: "gone/thing" }] })
    expect(() => topologicalOrder(graph)).toThrowError(
      expect.objectContaining({ code: "graph_invalid", message: expect.stringContaining("gone/thing") }),
    )
  })
})

describe("a node", () => {
  const invalid = (text: string) =>
    expect.objectContaining({ code: "graph_invalid", internal: true, message: expect.stringContaining(text) })

  test("that is added twice is refused, unless it is shared", () => {
    const graph = empty()
    const late = graph.add(Thing, "z/late", {})
    graph.add(Thing, "a/thing", { size: 1 })
    expect(() => graph.add(Thing, "a/thing", { size: 1 })).toThrowError(invalid("a/thing"))
    graph.add(Thing, "a/thing", { size: 1 }, { shared: true, after: [late] })
    expect(graph.nodes.get("a/thing")).toMatchObject({ props: { size: 1 }, after: [{ node: "z/late" }] })
  })

  test("that is shared with other props is refused, and they are named", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", { size: 1, color: "red" })
    const again = (props: object) => () => graph.add(Thing, "a/thing", props, { shared: true })
    expect(again({ size: 2, color: "red" })).toThrowError(invalid("different size;"))
    expect(again({ size: 1 })).toThrowError(invalid("different color;"))
    expect(again({ size: 1, color: "red", to: "x" })).toThrowError(invalid("different to;"))
    expect(again({ color: "red", size: 1 })).not.toThrow()
  })

  test("that is shared with the same references is the same", () => {
    const graph = empty()
    const other = graph.add(Thing, "a/other", {})
    const gate = graph.add(Found, "a/gate", { arn: "x" })
    graph.add(Thing, "b/thing", { to: other.ref("id"), color: gate.once("new", { until: "old" }) })
    const again = (props: object) => () => graph.add(Thing, "b/thing", props, { shared: true })
    expect(again({ to: other.ref("id"), color: gate.once("new", { until: "old" }) })).not.toThrow()
    expect(again({ to: other.ref("id", "exists"), color: gate.once("new", { until: "old" }) })).toThrowError(
      invalid("different to;"),
    )
    expect(again({ to: other.ref("id"), color: gate.once("newer", { until: "old" }) })).toThrowError(
      invalid("different color;"),
    )
  })

  test("that is shared as two types is refused", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", {})
    expect(() => graph.add(Shared, "a/thing", {}, { shared: true })).toThrowError(
      invalid("tiny.thing and as tiny.shared"),
    )
  })
})

describe("a part", () => {
  test("that is contributed twice is refused", () => {
    const graph = empty()
    const shared = graph.add(Shared, "_stack/shared", {})
    graph.part(shared, "key", {})
    expect(() => graph.part(shared, "key", {})).toThrowError(
      expect.objectContaining({ code: "graph_invalid", message: expect.stringContaining("key") }),
    )
  })

  test("goes only to a node that is there and takes parts", () => {
    const graph = empty()
    const thing = graph.add(Thing, "a/thing", {})
    const found = graph.add(Found, "a/found", { arn: "x" })
    const elsewhere = empty().add(Shared, "b/shared", {})
    for (const target of [thing, found, elsewhere])
      expect(() => graph.part(target as typeof thing, "key", {})).toThrowError(
        expect.objectContaining({ code: "graph_invalid" }),
      )
  })
})

describe("a choice", () => {
  test("takes the first candidate that is free and keeps it", () => {
    const graph = empty()
    expect(graph.choose("port", "a", ["1", "2"])).toBe("1")
    expect(graph.choose("port", "b", ["1", "2"])).toBe("2")
    expect(graph.choose("port", "a", ["2", "1"])).toBe("1")
    expect(graph.choose("priority", "a", ["1", "2"])).toBe("1")
    expect([...graph.chosen]).toEqual(["port:a", "port:b", "priority:a"])
    expect(graph.newChoices).toEqual({ "port:a": "1", "port:b": "2", "priority:a": "1" })
  })

  test("that was made before holds, whatever the candidates are now", () => {
    const graph = empty({ choices: { "port:b": "1" } })
    expect(graph.choose("port", "a", ["1", "2"])).toBe("2")
    expect(graph.choose("port", "b", ["7"])).toBe("1")
    expect(graph.newChoices).toEqual({ "port:a": "2" })
  })

  test("does not change the choices that were handed in", () => {
    const choices = {}
    empty({ choices }).choose("port", "a", ["1"])
    expect(choices).toEqual({})
  })

  test("with nothing left is refused", () => {
    const graph = empty({ choices: { "port:b": "1" } })
    expect(() => graph.choose("port", "a", ["1"])).toThrowError(
      expect.objectContaining({ code: "choices_exhausted", message: expect.stringContaining("port") }),
    )
  })
})
