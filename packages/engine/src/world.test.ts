import { describe, expect, test } from "vitest"
import type { Graph } from "./graph.ts"
import { identityOf } from "./props.ts"
import type { ObjectRow } from "./row.ts"
import { graphOf, SECRET_KEY, type TinyProps, type TinyType, tiny, tinyRow } from "./testing/tiny-types.ts"
import { World } from "./world.ts"

const Thing = tiny("thing")
const Replaced = tiny("replaced", { replaceOn: ["size"] })
const Domain = tiny("domain", { replaceOn: ["key", "size"], fixedName: ["key"] })
const Mapping = tiny("mapping", { replaceOn: ["to"] })
const TYPES = [Thing, Replaced, Domain, Mapping]

/** A settled row with its object. */
const settled = (type: TinyType, node: string, props: TinyProps, changes: Partial<ObjectRow> = {}) =>
  tinyRow(type, {
    node,
    of: identityOf(type, { ...props }),
    id: `id-${node}`,
    props: { ...props },
    attributes: { id: `id-${node}` },
    status: "settled",
    created: { at: 0, uncertain: false },
    ...changes,
  })

const world = (rows: readonly ObjectRow[], build: ((graph: Graph) => void) | null) => {
  const result = new World({
    rows,
    graph: build && graphOf(build),
    types: TYPES,
    secretKey: SECRET_KEY,
    random: (size) => crypto.getRandomValues(new Uint8Array(size)),
  })
  result.refresh()
  return result
}
const doomable = (rows: readonly ObjectRow[], build: ((graph: Graph) => void) | null) =>
  world(rows, build)
    .doomable()
    .map(({ node, incarnation }) => `${node}#${incarnation}`)

describe("doomable", () => {
  const network = settled(Thing, "a/network", {})
  const subnet = settled(Thing, "b/subnet", {}, { dependencies: [network.object] })
  const rule = settled(Thing, "c/rule", {}, { parts: { x: { props: {}, dependencies: [subnet.object] } } })

  test("goes backwards: what others depend on waits for them, parts included", () => {
    expect(doomable([network, subnet, rule], null)).toEqual(["c/rule#1"])
    expect(doomable([network, subnet], null)).toEqual(["b/subnet#1"])
    expect(doomable([network], null)).toEqual(["a/network#1"])
  })

  test("waits for a dependant until its row is gone, doomed or not", () => {
    expect(doomable([network, { ...subnet, doomed: true }], null)).toEqual([])
  })

  test("takes branches that do not depend on each other together", () => {
    expect(doomable([network, settled(Thing, "z/thing", {})], null)).toEqual(["a/network#1", "z/thing#1"])
  })

  test("spares what is wanted, and what is doomed already", () => {
    const build = (graph: Graph) => void graph.add(Thing, "a/network", {})
    expect(doomable([network], build)).toEqual([])
    expect(doomable([{ ...network, doomed: true }], null)).toEqual([])
  })

  test("takes the old object only once the wanted one is usable", () => {
    const build = (graph: Graph) => void graph.add(Replaced, "a/replaced", { size: 2 })
    const old = settled(Replaced, "a/replaced", { size: 1 })
    const next = settled(Replaced, "a/replaced", { size: 2 }, { incarnation: 2 })
    for (const status of ["due", "changing", "waiting", "parked"] as const)
      expect(doomable([old, { ...next, status }], build)).toEqual([])
    expect(doomable([old, next], build)).toEqual(["a/replaced#1"])
  })

  test("spares both while it is unknown which one is wanted", () => {
    const build = (graph: Graph) => {
      const other = graph.add(Thing, "a/other", {})
      graph.add(Mapping, "b/mapping", { to: other.ref("id") })
    }
    expect(doomable([settled(Mapping, "b/mapping", { to: "x" })], build)).toEqual([])
  })
})

describe("an object whose key must be free first", () => {
  const domain = settled(Domain, "a/domain", { key: "host", size: 1 })
  const inside = settled(Mapping, "b/mapping", { to: domain.id ?? "" }, { dependencies: [domain.object] })
  const beside = settled(Thing, "c/thing", { to: domain.id ?? "" }, { dependencies: [domain.object] })
  const build = (size: number) => (graph: Graph) => {
    const node = graph.add(Domain, "a/domain", { key: "host", size })
    graph.add(Mapping, "b/mapping", { to: node.ref("id") })
    graph.add(Thing, "c/thing", { to: node.ref("id") })
  }

  test("goes before its successor is there, behind what is made of it", () => {
    expect(doomable([domain, inside, beside], build(2))).toEqual(["b/mapping#1"])
    expect(doomable([domain, beside], build(2))).toEqual(["a/domain#1"])
    expect(doomable([domain, inside, beside], build(1))).toEqual([])
  })

  test("keeps its successor from being started until its row is gone", () => {
    const waiting = world([{ ...domain, doomed: true }], build(2))
    expect([...waiting.rows.values()].filter(({ node }) => node === "a/domain")).toHaveLength(1)
    const free = world([], build(2))
    expect([...free.rows.values()].filter(({ node }) => node === "a/domain")).toHaveLength(1)
  })

  test("is not an obstacle to another key", () => {
    const other = (graph: Graph) => void graph.add(Domain, "a/domain", { key: "elsewhere", size: 1 })
    const rows = [...world([domain], other).rows.values()]
    expect(rows.map(({ incarnation }) => incarnation)).toEqual([1, 2])
    expect(doomable([domain], other)).toEqual([])
  })

  test("holds up another node that wants the key, and is not thrown out by it", () => {
    const move = (graph: Graph) => {
      graph.add(Domain, "a/domain", { key: "host", size: 1 })
      graph.add(Domain, "z/domain", { key: "host", size: 1 })
    }
    expect(doomable([domain], move)).toEqual([])
    expect([...world([domain], move).rows.values()].map(({ node }) => node)).toEqual(["a/domain"])
  })
})

describe("refresh", () => {
  const build = (size: number) => (graph: Graph) => void graph.add(Replaced, "a/replaced", { size })

  test("adds a row per new object, with the next incarnation and its name", () => {
    const [first] = [...world([], build(1)).rows.values()]
    expect(first).toMatchObject({ incarnation: 1, name: "tiny-a-replaced", id: null, call: null, status: "due" })
    const rows = [...world([settled(Replaced, "a/replaced", { size: 1 }, { doomed: true })], build(1)).rows.values()]
    expect(rows[1]).toMatchObject({ incarnation: 2, name: "tiny-a-replaced-2" })
  })

  test("revives the object of the same hash instead of making another", () => {
    const one = settled(Replaced, "a/replaced", { size: 1 })
    const two = settled(Replaced, "a/replaced", { size: 2 }, { incarnation: 2, status: "changing" })
    const revived = world([one, two], build(1))
    expect(revived.rows.size).toBe(2)
    expect(revived.goalOf(one, 0).kind).toBe("converge")
    expect(revived.goalOf(two, 0).kind).toBe("observe")
    expect(revived.doomable()).toEqual([two])
  })

  test("never takes a doomed object back", () => {
    const doomed = settled(Replaced, "a/replaced", { size: 1 }, { doomed: true })
    expect(world([doomed], build(1)).goalOf(doomed, 0).kind).toBe("delete")
  })
})

describe("a goal", () => {
  test("of a retired object is to be left alone until its time", () => {
    const row = settled(Thing, "a/thing", {}, { doomed: true, retireAt: 5_000 })
    const retired = world([row], null)
    expect(retired.goalOf(row, 4_999).kind).toBe("observe")
    expect(retired.goalOf(row, 5_000).kind).toBe("delete")
    expect(retired.goalKey(row, 4_999)).not.toBe(retired.goalKey(row, 5_000))
  })
})

test("a row of a type that nobody knows is refused, and said which", () => {
  const row = tinyRow(tiny("forgotten"))
  expect(() => world([], null).typeOf(row)).toThrowError(
    expect.objectContaining({ code: "node_type_unknown", message: expect.stringContaining("tiny.forgotten") }),
  )
})
