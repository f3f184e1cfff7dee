import { graphOf, type MemoryContext, SECRET_KEY, type TinyType, tiny, tinyRow } from "@alienplatform/simulator-memory"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { defineGate } from "../declare/define-node.ts"
import type { Graph, NodeHandle } from "../declare/graph.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { ObjectRow } from "../record/row.ts"
import { answerSources } from "./answer-sources.ts"
import { Resolver } from "./resolver.ts"
import type { Resolved } from "./wanted.ts"

const Plain = tiny("plain", { predict: ({ name, props: { to } }) => ({ address: `${name}/${to ?? ""}` }) })
const Replaced = tiny("replaced", { replaceOn: ["to"], lazy: ["color"] })
const Shared = tiny("shared", { parts: "entries" })
const Gate = defineGate<{ of?: string }, { of: string }, MemoryContext>({
  type: "tiny.gate",
  permissions: { read: [] },
  read: async () => undefined,
})

const LEVELS = ["settled", "exists", "name"] as const
const KEYS = ["x", "y"]

/** How one node refers to others, by index; impossible references are left out. */
interface Declared {
  kind: "plain" | "replaced" | "shared" | "gate"
  to: number
  level: (typeof LEVELS)[number]
  after: number | null
  gate: number | null
  parts: { key: string; to: number; level: (typeof LEVELS)[number] }[]
}

const place = fc.nat(7)
const level = fc.constantFrom(...LEVELS)
const declared: fc.Arbitrary<Declared> = fc.record({
  kind: fc.constantFrom("plain", "replaced", "shared", "shared", "gate"),
  to: place,
  level,
  after: fc.option(place),
  gate: fc.option(place),
  parts: fc.uniqueArray(fc.record({ key: fc.constantFrom(...KEYS), to: place, level }), {
    selector: ({ key }) => key,
    maxLength: 2,
  }),
})

const nodeAt = (index: number) => `n${index}/node`

/** References of level settled and exists point backwards, so that there is no cycle; names point anywhere. */
function build(nodes: readonly Declared[]): Graph {
  return graphOf((graph) => {
    const handles: NodeHandle<{ id: string; address: string }>[] = []
    const refTo = (index: number, to: number, at: Declared["level"]) => {
      const other = handles[to % Math.max(index, 1)]
      if (index === 0 || !other) return "constant"
      const attribute = at === "name" ? "address" : "id"
      return graph.nodes.get(other.node)?.type === Gate ? "constant" : other.ref(attribute, at)
    }
    for (const [index, { kind, to, level: at, after, gate, parts }] of nodes.entries()) {
      const node = nodeAt(index)
      const before = after !== null && after < index ? handles[after] : undefined
      const options = { after: before ? [before] : [] }
      const value = refTo(index, to, at)
      const asked = gate !== null && gate < index ? handles[gate] : undefined
      const isGate = asked !== undefined && graph.nodes.get(asked.node)?.type === Gate
      const props = { to: isGate && asked ? asked.once<string>(value, { until: "early" }) : value, size: 1 }
      if (kind === "gate") {
        handles.push(graph.add(Gate, node, { of: value }, options) as never)
        continue
      }
      const type = { plain: Plain, replaced: Replaced, shared: Shared }[kind]
      const handle = graph.add(type, node, props, options)
      handles.push(handle)
      if (kind === "shared")
        for (const part of parts) graph.part(handle, part.key, { to: refTo(index, part.to, part.level) })
    }
    // Names may go in circles.
    for (const [index, { kind, to, level: at }] of nodes.entries()) {
      const desired = graph.nodes.get(nodeAt(index))
      const other = handles[to % nodes.length]
      if (kind === "plain" && at === "name" && desired && other && graph.nodes.get(other.node)?.type !== Gate)
        desired.props = { ...desired.props, to: other.ref("address", "name") }
    }
  })
}

/** Rows by node, as a run would have them, and a resolver that hears of each change. */
class ResolverBench {
  readonly graph: Graph
  readonly rows = new Map<string, ObjectRow[]>()
  readonly resolver: Resolver

  constructor(nodes: readonly Declared[]) {
    this.graph = build(nodes)
    this.resolver = this.fresh()
    this.resolver.refresh()
  }

  fresh(): Resolver {
    return new Resolver({
      graph: this.graph,
      secretKey: SECRET_KEY,
      rowsOf: (node) => this.rows.get(node) ?? [],
    })
  }

  typeOf(node: string): AnyNodeType {
    return this.graph.nodes.get(node)?.type ?? Plain
  }

  change(node: string, what: Change): void {
    const entry = this.resolver.entries.get(node)
    if (entry) this.rows.set(node, changed(this.rows.get(node) ?? [], entry, what))
  }
}

const CHANGES = ["made", "settled", "unsettled", "answered", "parked", "moved", "doomed", "gone", "tried"] as const
type Change = (typeof CHANGES)[number]

function changed(rows: ObjectRow[], { desired, identityHash: of, wanted, row }: Resolved, what: Change): ObjectRow[] {
  const last = rows.at(-1)
  const isShared = desired.type === Shared
  const put = (next: Partial<ObjectRow>) => (row ? rows.map((one) => (one === row ? { ...one, ...next } : one)) : rows)
  switch (what) {
    case "made": {
      if (!wanted || row || of === undefined) return rows
      const incarnation = (last?.incarnation ?? 0) + 1
      const { node, type } = desired
      return [
        ...rows,
        tinyRow(type, {
          node,
          of,
          incarnation,
          id: `${node}#${incarnation}`,
          attributes: { id: `${node}#${incarnation}` },
        }),
      ]
    }
    case "settled": {
      if (!wanted) return rows
      const parts = Object.entries(wanted.parts).map(([key, { props, dependencies }]) => [key, { props, dependencies }])
      return put({
        props: wanted.sealed,
        dependencies: wanted.dependencies,
        parts: Object.fromEntries(parts),
        state: { status: "settled", why: null },
        served: true,
      })
    }
    case "unsettled":
      return put({ state: { status: "changing", why: null } })
    case "answered":
      return put({ attributes: { ...row?.attributes, address: `${row?.id}.example` } })
    case "parked":
      if (!isShared) return rows
      return put({ parts: { ...row?.parts, x: { props: null, dependencies: {}, parked: "hash" } } })
    case "moved":
      if (!isShared) return rows
      return put({
        parts: {
          ...row?.parts,
          x: { props: { to: "old" }, dependencies: {} },
          y: { props: { to: "old" }, dependencies: {} },
        },
      })
    case "doomed":
      return put({ doomed: true })
    case "gone":
      return rows.slice(1)
    case "tried":
      return put({ tries: 7 })
  }
}

const seen = (resolver: Resolver) =>
  Object.fromEntries(
    [...resolver.entries].map(([node, { identityHash: of, row, wanted, blockedBy, usable }]) => [
      node,
      { of, row: row?.object, wanted, blockedBy: [...blockedBy].sort(), usable },
    ]),
  )

/** All nodes whose answers depend on these nodes, directly or not. */
function hearers(graph: Graph, changedNodes: Iterable<string>): Set<string> {
  const heard = new Set(changedNodes)
  const isShared = (node: string) => graph.nodes.get(node)?.type === Shared
  for (let size = -1; size !== heard.size; ) {
    size = heard.size
    for (const [node, desired] of graph.nodes) {
      const by = answerSources(desired, graph)
      const listens = [...heard].some((one) => by.has(one) || (isShared(one) && isShared(node)))
      if (listens) heard.add(node)
    }
  }
  return heard
}

const nodes = fc.array(declared, { minLength: 2, maxLength: 8 })
const step = fc.uniqueArray(fc.record({ at: place, what: fc.constantFrom(...CHANGES) }), {
  selector: ({ at }) => at,
  minLength: 1,
  maxLength: 3,
})

describe("a refresh after a change", () => {
  test("answers what a fresh look at everything answers, and asks only who may hear of it", () => {
    fc.assert(
      fc.property(nodes, fc.array(step, { maxLength: 25 }), (declarations, steps) => {
        const bench = new ResolverBench(declarations)
        for (const one of steps) {
          const touched = new Set(one.map(({ at }) => nodeAt(at % declarations.length)))
          for (const { at, what } of one) bench.change(nodeAt(at % declarations.length), what)
          const answered = bench.resolver.refresh(touched)
          const whole = bench.fresh()
          whole.refresh()
          expect(seen(bench.resolver)).toEqual(seen(whole))
          const allowed = hearers(bench.graph, touched)
          expect([...answered].filter((node) => !allowed.has(node))).toEqual([])
        }
      }),
      { numRuns: 300 },
    )
  })

  const chain = (graph: Graph) => {
    const first = graph.add(Plain, "a/first", {})
    const second = graph.add(Plain, "b/second", { to: first.ref("id") })
    graph.add(Plain, "c/third", { to: second.ref("id") })
    graph.add(Plain, "d/other", {})
  }
  const settled = (type: TinyType, node: string, to?: string): ObjectRow => {
    const of = resolverOf(() => []).entries.get(node)?.identityHash ?? ""
    return tinyRow(type, {
      node,
      of,
      id: `id-${node}`,
      attributes: { id: `id-${node}` },
      props: to === undefined ? {} : { to },
      state: { status: "settled", why: null },
    })
  }
  const resolverOf = (rowsOf: (node: string) => readonly ObjectRow[]) => {
    const resolver = new Resolver({ graph: graphOf(chain), secretKey: SECRET_KEY, rowsOf })
    resolver.refresh()
    return resolver
  }
  const bench = () => {
    const rows = new Map<string, ObjectRow>(
      [settled(Plain, "a/first"), settled(Plain, "b/second", "id-a/first"), settled(Plain, "d/other")].map((row) => [
        row.node,
        row,
      ]),
    )
    const resolver = resolverOf((node) => {
      const row = rows.get(node)
      return row ? [row] : []
    })
    const put = (node: string, changes: Partial<ObjectRow>) => {
      const row = rows.get(node)
      if (row) rows.set(node, { ...row, ...changes })
      return [...resolver.refresh([node])].sort()
    }
    return { resolver, put }
  }

  test("that others do not see asks nobody else", () => {
    const { put } = bench()
    expect(put("a/first", { tries: 3, nextReadAt: 7 })).toEqual(["a/first"])
    expect(put("d/other", { state: { status: "changing", why: null } })).toEqual(["d/other"])
  })

  test("goes on as far as answers change, and no further", () => {
    const { put, resolver } = bench()
    expect(put("a/first", { attributes: { id: "id-a/first", address: "new" } })).toEqual(["a/first", "b/second"])
    expect(put("a/first", { state: { status: "changing", why: null } })).toEqual(["a/first", "b/second", "c/third"])
    expect(resolver.entries.get("c/third")?.blockedBy).toEqual(["b/second"])
  })

  test("reaches a name that is predicted through others", () => {
    const graph = graphOf((into) => {
      const first = into.add(Plain, "a/first", {})
      const second = into.add(Plain, "b/second", { to: first.ref("id") })
      into.add(Plain, "c/third", { to: second.ref("address", "name") })
    })
    const rows: ObjectRow[] = []
    const resolver = new Resolver({
      graph,
      secretKey: SECRET_KEY,
      rowsOf: (node) => rows.filter((row) => row.node === node),
    })
    resolver.refresh()
    const to = () => resolver.entries.get("c/third")?.wanted?.props.to
    expect(to()).toBe("tiny-b-second/")
    rows.push(tinyRow(Plain, { node: "a/first", id: "first", attributes: { id: "first" } }))
    resolver.refresh(["a/first"])
    expect(to()).toBe("tiny-b-second/first")
  })

  test("of a node that nobody knows asks nobody", () => {
    const { resolver } = bench()
    expect(resolver.refresh(["gone/node"])).toEqual(new Set())
  })
})
