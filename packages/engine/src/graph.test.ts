import { describe, expect, test } from "vitest"
import { Graph, needs, topological } from "./graph.ts"
import { defineLookup } from "./node-type.ts"
import { tiny } from "./testing/tiny-types.ts"

const Thing = tiny("thing")
const Shared = tiny("shared", { parts: "entries" })
const Found = defineLookup<{ arn: string }, { arn: string }, object>({
  type: "tiny.found",
  permissions: { read: [] },
  read: async () => undefined,
})
const empty = (options = {}) => new Graph({ prefix: "p", ...options })

describe("the order of nodes", () => {
  test("puts a node behind what it refers to, at any depth", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", { to: graph.add(Thing, "z/thing", {}).ref("id") })
    const deep = graph.add(Thing, "y/thing", {})
    graph.add(Thing, "b/thing", { entries: { x: [{ y: deep.ref("id", "exists") }] } as never })
    const order = topological(graph).map(({ node }) => node)
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
    expect(topological(graph).map(({ node }) => node)).toEqual(["b/late", "c/data", "a/shared", "d/thing"])
    const node = graph.nodes.get("a/shared")
    expect(node && [...needs(node)].sort()).toEqual(["b/late", "c/data"])
  })

  test("names the path of a cycle", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", { to: graph.add(Thing, "b/thing", {}).ref("id") })
    const node = graph.nodes.get("b/thing")
    const other = graph.add(Thing, "c/thing", {}, { after: [{ node: "a/thing" }] })
    if (node) node.props = { to: other.ref("id") }
    expect(() => topological(graph)).toThrowError(
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
    expect(() => topological(graph)).toThrowError(expect.objectContaining({ code: "graph_cycle" }))
  })

  test("lets two nodes name each other", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", { to: graph.add(Thing, "b/thing", {}).ref("address", "name") })
    const node = graph.nodes.get("b/thing")
    if (node) node.props = { to: graph.add(Thing, "a/thing", {}, { shared: true }).ref("address", "name") }
    expect(topological(graph)).toHaveLength(2)
  })

  test("refuses a reference to a node that is not there", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", {}, { after: [{ node: "gone/thing" }] })
    expect(() => topological(graph)).toThrowError(
      expect.objectContaining({ code: "graph_invalid", message: expect.stringContaining("gone/thing") }),
    )
  })
})

describe("a node", () => {
  test("that is added twice is refused, unless it is shared", () => {
    const graph = empty()
    graph.add(Thing, "a/thing", { size: 1 })
    expect(() => graph.add(Thing, "a/thing", { size: 2 })).toThrowError(
      expect.objectContaining({ code: "graph_invalid", message: expect.stringContaining("a/thing") }),
    )
    graph.add(Thing, "a/thing", { size: 2 }, { shared: true })
    expect(graph.nodes.get("a/thing")?.props).toEqual({ size: 1 })
  })

  test("gets a name from prefix and id that fits, with room for the incarnation", () => {
    const graph = empty({ maxNameLength: 40 })
    graph.add(Thing, "_stack/listener", {})
    graph.add(Thing, `api/host/${"x".repeat(60)}.example.com`, {})
    graph.add(Thing, `api/host/${"x".repeat(60)}.example.org`, {})
    const [short, long, other] = [...graph.nodes.values()].map(({ name }) => name)
    expect(short).toBe("p-stack-listener")
    expect(long?.length).toBeLessThanOrEqual(36)
    expect(long).toMatch(/-[0-9a-f]{8}$/)
    expect(long).not.toBe(other)
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
  })

  test("that was made before holds, whatever the candidates are now", () => {
    const graph = empty({ choices: { "port:b": "1" } })
    expect(graph.choose("port", "a", ["1", "2"])).toBe("2")
    expect(graph.choose("port", "b", ["7"])).toBe("1")
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
