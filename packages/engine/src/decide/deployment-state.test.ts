import { graphOf, SECRET_KEY, type TinyProps, type TinyType, tiny, tinyRow } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import type { ObjectRow, RowState } from "../record/row.ts"
import { identityHash } from "../record/seal.ts"
import { DeploymentState, type DeploymentStateOptions } from "./deployment-state.ts"

const Thing = tiny("thing")
const Replaced = tiny("replaced", { replaceOn: ["size"] })
const Domain = tiny("domain", { identity: { by: "key", of: ["key"] }, replaceOn: ["size"] })
const Mapping = tiny("mapping", { identity: { by: "parent", of: "to", key: ["key"] } })
const TYPES = [Thing, Replaced, Domain, Mapping]
const person = { code: "c", message: "m" }
const states: RowState[] = [
  { status: "due", why: null },
  { status: "changing", why: null },
  { status: "waiting", why: person },
  { status: "parked", why: person, refused: null },
]

/** A settled row with its object. */
const settled = (type: TinyType, node: string, props: TinyProps, changes: Partial<ObjectRow> = {}) =>
  tinyRow(type, {
    node,
    of: identityHash(type, { ...props }),
    id: `id-${node}`,
    props: { ...props },
    attributes: { id: `id-${node}` },
    state: { status: "settled", why: null },
    served: true,
    created: { at: 0, uncertain: false },
    ...changes,
  })

type Declare = ((graph: Graph) => void) | null

const stateOf = (rows: readonly ObjectRow[], build: Declare, options: Partial<DeploymentStateOptions> = {}) =>
  new DeploymentState({
    rows,
    graph: build && graphOf(build),
    types: TYPES,
    secretKey: SECRET_KEY,
    random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    ...options,
  })
const refreshed = (rows: readonly ObjectRow[], build: Declare, options: Partial<DeploymentStateOptions> = {}) => {
  const state = stateOf(rows, build, options)
  state.refresh()
  return state
}
const labels = (rows: readonly ObjectRow[]) => rows.map(({ node, incarnation }) => `${node}#${incarnation}`)
const doomed = (rows: readonly ObjectRow[], build: Declare, options: Partial<DeploymentStateOptions> = {}) =>
  labels(stateOf(rows, build, options).refresh().doomed)

describe("what is doomed", () => {
  const network = settled(Thing, "a/network", {})
  const subnet = settled(Thing, "b/subnet", {}, { dependencies: { [network.object]: "use" } })
  const rule = settled(Thing, "c/rule", {}, { parts: { x: { props: {}, dependencies: { [subnet.object]: "use" } } } })

  test("goes backwards: what others depend on waits for them, parts included", () => {
    expect(doomed([network, subnet, rule], null)).toEqual(["c/rule#1"])
    expect(doomed([network, subnet], null)).toEqual(["b/subnet#1"])
    expect(doomed([network], null)).toEqual(["a/network#1"])
  })

  test("waits for a dependant until its row is gone, doomed or not", () => {
    expect(doomed([network, { ...subnet, doomed: true }], null)).toEqual([])
  })

  test("is found once its last dependant's row goes", () => {
    const state = refreshed([network, { ...subnet, doomed: true }], null)
    expect(state.dirty).toBe(false)
    state.delete(subnet.object)
    expect(state.dirty).toBe(true)
    expect(labels(state.refresh().doomed)).toEqual(["a/network#1"])
  })

  test("takes branches that do not depend on each other together", () => {
    expect(doomed([network, settled(Thing, "z/thing", {})], null)).toEqual(["a/network#1", "z/thing#1"])
  })

  test("spares what is wanted, and what is doomed already", () => {
    const build = (graph: Graph) => void graph.add(Thing, "a/network", {})
    expect(doomed([network], build)).toEqual([])
    expect(doomed([{ ...network, doomed: true }], null)).toEqual([])
  })

  test("takes the old object only once the wanted one is usable", () => {
    const build = (graph: Graph) => void graph.add(Replaced, "a/replaced", { size: 2 })
    const old = settled(Replaced, "a/replaced", { size: 1 })
    const next = settled(Replaced, "a/replaced", { size: 2 }, { incarnation: 2 })
    for (const state of states) expect(doomed([old, { ...next, state }], build)).toEqual([])
    expect(doomed([old, next], build)).toEqual(["a/replaced#1"])
  })

  test("spares the old object while something that stays still holds it", () => {
    const build = (graph: Graph) => {
      graph.add(Replaced, "a/replaced", { size: 2 })
      graph.add(Thing, "b/thing", {})
    }
    const old = settled(Replaced, "a/replaced", { size: 1 })
    const next = settled(Replaced, "a/replaced", { size: 2 }, { incarnation: 2 })
    for (const hold of ["use", "identity", "name"] as const)
      expect(
        doomed([old, next, settled(Thing, "b/thing", {}, { dependencies: { [old.object]: hold } })], build),
      ).toEqual([])
  })

  test("is not held by a name that nothing wants any more", () => {
    const named = settled(Thing, "b/thing", {}, { dependencies: { [network.object]: "name" } })
    expect(doomed([network, named], null)).toEqual(["a/network#1", "b/thing#1"])
  })

  test("spares both while it is unknown which one is wanted", () => {
    const build = (graph: Graph) => {
      const other = graph.add(Thing, "a/other", {})
      graph.add(Mapping, "b/mapping", { to: other.ref("id") })
    }
    expect(doomed([settled(Mapping, "b/mapping", { to: "x" })], build)).toEqual([])
  })

  test("takes a parent with the children that go along with it, and not with others", () => {
    const Parent = tiny("parent", { cascades: true })
    const types = [...TYPES, Parent]
    const parent = settled(Parent, "a/parent", {})
    const child = settled(
      Mapping,
      "b/mapping",
      { to: "id-a/parent" },
      { dependencies: { [parent.object]: "identity" } },
    )
    const user = settled(Thing, "c/thing", {}, { dependencies: { [parent.object]: "use" } })
    expect(doomed([parent, child], null, { types })).toEqual(["a/parent#1", "b/mapping#1"])
    expect(doomed([parent, user], null, { types })).toEqual(["c/thing#1"])
    const state = refreshed([parent, child, user], null, { types })
    expect(labels(state.childrenGoneWith(parent))).toEqual(["b/mapping#1"])
  })
})

describe("an object whose key must be free first", () => {
  const domain = settled(Domain, "a/domain", { key: "host", size: 1 })
  const inside = settled(
    Mapping,
    "b/mapping",
    { to: domain.id ?? "" },
    { dependencies: { [domain.object]: "identity" } },
  )
  const beside = settled(Thing, "c/thing", { to: domain.id ?? "" }, { dependencies: { [domain.object]: "use" } })
  const build = (size: number) => (graph: Graph) => {
    const node = graph.add(Domain, "a/domain", { key: "host", size })
    graph.add(Mapping, "b/mapping", { to: node.ref("id") })
    graph.add(Thing, "c/thing", { to: node.ref("id") })
  }

  test("goes before its successor is there, behind what is made of it", () => {
    expect(doomed([domain, inside, beside], build(2))).toEqual(["b/mapping#1"])
    expect(doomed([domain, beside], build(2))).toEqual(["a/domain#1"])
    expect(doomed([domain, inside, beside], build(1))).toEqual([])
  })

  test("keeps its successor from being made until its row is gone", () => {
    const state = refreshed([{ ...domain, doomed: true }], build(2))
    const [, next] = state.rows.ofNode("a/domain")
    expect(next).toMatchObject({ incarnation: 2, id: null })
    expect(next && state.goalOf(next, 0)).toMatchObject({ kind: "observe", why: { code: "waits_for_key" } })
    state.delete(domain.object)
    state.refresh()
    expect(next && state.goalOf(next, 0).kind).toBe("converge")
  })

  test("is not an obstacle to another key", () => {
    const other = (graph: Graph) => void graph.add(Domain, "a/domain", { key: "elsewhere", size: 1 })
    const state = refreshed([domain], other)
    const [, next] = state.rows.ofNode("a/domain")
    expect(next && state.goalOf(next, 0).kind).toBe("converge")
    expect(doomed([domain], other)).toEqual([])
  })

  test("holds up another node that wants the key, and is not thrown out by it", () => {
    const both = (graph: Graph) => {
      graph.add(Domain, "a/domain", { key: "host", size: 1 })
      graph.add(Domain, "z/domain", { key: "host", size: 1 })
    }
    expect(doomed([domain], both)).toEqual([])
    const state = refreshed([domain], both)
    const [other] = state.rows.ofNode("z/domain")
    expect(other && state.goalOf(other, 0)).toMatchObject({
      kind: "observe",
      why: { code: "key_taken", on: "person", message: expect.stringContaining("a/domain") },
    })
  })

  test("of two nodes that swap keys goes first where the first of them waits for it, and none where no circle is", () => {
    const swap = (graph: Graph) => {
      graph.add(Domain, "a/domain", { key: "other" })
      graph.add(Domain, "z/domain", { key: "host" })
    }
    const rows = [settled(Domain, "a/domain", { key: "host" }), settled(Domain, "z/domain", { key: "other" })]
    expect(doomed(rows, swap)).toEqual(["z/domain#1"])
    const chain = (graph: Graph) => {
      graph.add(Domain, "a/domain", { key: "other" })
      graph.add(Domain, "z/domain", { key: "third" })
    }
    expect(doomed(rows, chain)).toEqual([])
  })
})

describe("refresh", () => {
  const build = (size: number) => (graph: Graph) => void graph.add(Replaced, "a/replaced", { size })
  const rowsAfter = (rows: readonly ObjectRow[], declare: Declare, options: Partial<DeploymentStateOptions> = {}) => [
    ...refreshed(rows, declare, options).rows.all(),
  ]

  test("adds a row per new object, with the next incarnation and its name", () => {
    const [first] = rowsAfter([], build(1))
    expect(first).toMatchObject({
      incarnation: 1,
      name: "tiny-a-replaced",
      id: null,
      call: null,
      state: { status: "due" },
    })
    const rows = rowsAfter([settled(Replaced, "a/replaced", { size: 1 }, { doomed: true })], build(1))
    expect(rows[1]).toMatchObject({ incarnation: 2, name: "tiny-a-replaced-2" })
  })

  test("never counts anew where a row is gone", () => {
    const [row] = rowsAfter([], build(1), { incarnations: new Map([["a/replaced", 6]]) })
    expect(row).toMatchObject({ incarnation: 7, name: "tiny-a-replaced-7" })
  })

  test("adds a row for a node whose type is another one now, whatever its props", () => {
    const rows = rowsAfter([settled(Thing, "a/replaced", { size: 1 })], build(1))
    expect(rows.map(({ type, incarnation }) => [type, incarnation])).toEqual([
      ["tiny.thing", 1],
      ["tiny.replaced", 2],
    ])
  })

  test("revives the object of the same hash instead of making another", () => {
    const one = settled(Replaced, "a/replaced", { size: 1 })
    const two = settled(
      Replaced,
      "a/replaced",
      { size: 2 },
      { incarnation: 2, state: { status: "changing", why: null } },
    )
    const state = stateOf([one, two], build(1))
    expect(state.refresh().doomed).toEqual([two])
    expect(state.rows.size).toBe(2)
    expect(state.goalOf(one, 0).kind).toBe("converge")
    expect(state.goalOf(two, 0).kind).toBe("observe")
  })

  test("never takes a doomed object back", () => {
    const row = settled(Replaced, "a/replaced", { size: 1 }, { doomed: true })
    expect(refreshed([row], build(1)).goalOf(row, 0).kind).toBe("delete")
  })

  test("names the rows whose goal may be another one now", () => {
    const declare = (graph: Graph) => {
      const network = graph.add(Thing, "a/network", {})
      graph.add(Thing, "b/subnet", { to: network.ref("id") })
      graph.add(Thing, "z/other", {})
    }
    const network = settled(Thing, "a/network", {})
    const subnet = settled(Thing, "b/subnet", { to: "id-a/network" })
    const other = settled(Thing, "z/other", {})
    const state = refreshed([network, subnet, other], declare)
    state.put({ ...network, state: { status: "changing", why: null } })
    expect([...state.refresh().toVisit].sort()).toEqual([network.object, subnet.object])
    expect(state.goalOf(subnet, 0)).toEqual({
      kind: "observe",
      why: { code: "waits_for", message: "waits for a/network" },
    })
    expect(state.refresh().toVisit).toEqual(new Set())
  })
})

describe("everything wanted is usable", () => {
  const build = (graph: Graph) => void graph.add(Thing, "a/thing", { size: 1 })

  test("once it is settled with today's props, and never while everything is deleted", () => {
    const row = settled(Thing, "a/thing", { size: 1 })
    expect(refreshed([row], build).allUsable).toBe(true)
    for (const state of states) expect(refreshed([{ ...row, state }], build).allUsable).toBe(false)
    expect(refreshed([settled(Thing, "a/thing", { size: 2 })], build).allUsable).toBe(false)
    expect(refreshed([], build).allUsable).toBe(false)
    expect(refreshed([row], null).allUsable).toBe(false)
  })
})

describe("a goal", () => {
  const row = settled(Thing, "a/thing", {}, { doomed: true, retireAt: 5_000 })

  test("of a retired object is to be left alone until its time", () => {
    const state = refreshed([row], () => {})
    expect(state.goalOf(row, 4_999).kind).toBe("observe")
    expect(state.goalOf(row, 5_000).kind).toBe("delete")
    expect(state.goalKey(row, 4_999)).not.toBe(state.goalKey(row, 5_000))
  })

  test("of a retired object does not wait where everything goes", () => {
    expect(refreshed([row], null).goalOf(row, 0)).toEqual({ kind: "delete", detach: false })
  })

  test("says whether objects stay", () => {
    expect(refreshed([row], null, { detach: true }).goalOf(row, 0)).toEqual({ kind: "delete", detach: true })
  })
})

describe("parts on their way", () => {
  const Shared = tiny("shared", { parts: "entries" })
  const build = (graph: Graph) => {
    const shared = graph.add(Shared, "a/shared", {})
    for (const key of ["b", "c"]) {
      const first = graph.add(Thing, `${key}/first`, {})
      const second = graph.add(Thing, `${key}/second`, { to: first.ref("id") })
      graph.part(shared, key, { to: second.ref("id") })
    }
  }
  const onTheirWay = (...rows: ObjectRow[]) => {
    const state = refreshed([settled(Shared, "a/shared", {}), ...rows], build)
    const entry = state.entries.get("a/shared")
    return entry && state.partsOnTheirWay(entry)
  }

  test("are those that nothing holds up for long, at any distance", () => {
    expect(onTheirWay()).toEqual(["b", "c"])
    for (const state of states.slice(2)) expect(onTheirWay(settled(Thing, "b/first", {}, { state }))).toEqual(["c"])
  })
})

test("a row of a type that nobody knows is refused, and said which", () => {
  const row = tinyRow(tiny("forgotten"))
  expect(() => refreshed([], null).typeOf(row)).toThrowError(
    expect.objectContaining({ code: "node_type_unknown", message: expect.stringContaining("tiny.forgotten") }),
  )
})
