import { hashOf } from "@alienplatform/core"
import { graphOf, SECRET_KEY, tiny, tinyRow } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import type { ObjectRow, SentPart } from "../record/row.ts"
import { identityHash } from "../record/seal.ts"
import { Resolver } from "./resolver.ts"

const Target = tiny("target")
const Shared = tiny("shared", { parts: "entries" })
const Thing = tiny("thing")
const settled = { status: "settled", why: null } as const
const changing = { state: { status: "changing", why: null } } as const

const target = (key: string, changes: Partial<ObjectRow> = {}) =>
  tinyRow(Target, {
    node: `${key}/target`,
    of: identityHash(Target, {}),
    id: `t-${key}`,
    props: { key },
    attributes: { id: `t-${key}` },
    state: settled,
    ...changes,
  })
const shared = (parts: Record<string, SentPart> = {}, changes: Partial<ObjectRow> = {}) =>
  tinyRow(Shared, {
    node: "_stack/shared",
    of: identityHash(Shared, {}),
    id: "s",
    props: { entries: {} },
    attributes: { id: "s" },
    state: settled,
    parts,
    ...changes,
  })

/** One part per key, each pointing at a target of its own; a thing that waits for part `a`. */
const build =
  (...keys: string[]) =>
  (graph: Graph) => {
    const node = graph.add(Shared, "_stack/shared", {})
    for (const key of keys) {
      const other = graph.add(Target, `${key}/target`, { key })
      const part = graph.part(node, key, { to: other.ref("id") })
      if (key === "a") graph.add(Thing, "a/thing", { to: part.ref("id") }, { after: [part] })
    }
  }
const entriesOf = (rows: readonly ObjectRow[], declare: (graph: Graph) => void) => {
  const resolver = new Resolver({
    graph: graphOf(declare),
    secretKey: SECRET_KEY,
    rowsOf: (node) => rows.filter((row) => row.node === node),
  })
  resolver.refresh()
  return resolver.entries
}
const resolved = (rows: readonly ObjectRow[], ...keys: string[]) => entriesOf(rows, build(...keys))
const entries = (rows: readonly ObjectRow[], ...keys: string[]) =>
  resolved(rows, ...keys).get("_stack/shared")?.wanted?.props.entries

const sent = (to: string, more: Partial<SentPart> = {}): SentPart => ({ props: { to }, dependencies: {}, ...more })

describe("the props of a shared node", () => {
  test("are the sorted merge of its parts, each with dependencies of its own", () => {
    const wanted = resolved([target("b"), target("a")], "b", "a").get("_stack/shared")?.wanted
    expect(JSON.stringify(wanted?.props.entries)).toBe('{"a":{"to":"t-a"},"b":{"to":"t-b"}}')
    expect(wanted?.parts.a?.dependencies).toEqual({ "obj_a/target#1": "use" })
    expect(wanted?.dependencies).toEqual({})
  })

  test("leave out a part that is not ready and was never sent", () => {
    expect(entries([target("a"), target("b", changing)], "a", "b")).toEqual({ a: { to: "t-a" } })
    const { blockedBy, wanted } = resolved([target("a"), target("b", changing)], "a", "b").get("_stack/shared") ?? {}
    expect(blockedBy).toEqual([])
    expect(wanted?.partsBlockedBy).toEqual({ b: ["b/target"] })
  })

  test("keep a part that is not ready as it was last sent", () => {
    const rows = [target("a"), target("b", changing), shared({ b: sent("t-old") })]
    expect(entries(rows, "a", "b")).toEqual({ a: { to: "t-a" }, b: { to: "t-old" } })
  })

  test("lose a part only when it is no longer desired", () => {
    const rows = [target("a"), target("b", changing), shared({ a: sent("t-a"), b: sent("t-b") })]
    expect(entries(rows, "a")).toEqual({ a: { to: "t-a" } })
  })

  test("leave out a refused part until its props change, and keep what was accepted of it", () => {
    const refused = hashOf({ to: "t-b" })
    const never: SentPart = { props: null, dependencies: {}, parked: refused }
    expect(entries([target("b"), shared({ b: never })], "b")).toEqual({})
    expect(entries([target("b"), shared({ b: sent("t-old", { parked: refused }) })], "b")).toEqual({
      b: { to: "t-old" },
    })
    const moved = target("b", { id: "t-new", attributes: { id: "t-new" } })
    expect(entries([moved, shared({ b: never })], "b")).toEqual({ b: { to: "t-new" } })
  })

  test("change the fingerprint when a part is desired that is not ready yet", () => {
    const print = (...keys: string[]) => resolved([target("a")], ...keys).get("_stack/shared")?.wanted?.fingerprint
    expect(print("a")).not.toBe(print("a", "b"))
  })
})

describe("what waits for a part", () => {
  const blockedBy = (parts: Record<string, SentPart>) =>
    resolved([target("a"), shared(parts)], "a").get("a/thing")?.blockedBy

  test("goes on once that part was accepted as it is wanted today", () => {
    expect(blockedBy({ a: sent("t-a") })).toEqual([])
  })

  test("is blocked while the part is missing, older, parked or not ready", () => {
    expect(blockedBy({})).toEqual(["_stack/shared"])
    expect(blockedBy({ a: sent("t-old") })).toEqual(["_stack/shared"])
    expect(blockedBy({ a: sent("t-a", { parked: hashOf({ to: "t-a" }) }) })).toEqual(["_stack/shared"])
    const rows = [target("a", changing), shared({ a: sent("t-a") })]
    expect(resolved(rows, "a").get("a/thing")?.blockedBy).toEqual(["_stack/shared"])
  })

  test("does not wait for the parts of others", () => {
    const rows = [target("a"), target("b", changing), shared({ a: sent("t-a") })]
    expect(resolved(rows, "a", "b").get("a/thing")?.blockedBy).toEqual([])
  })
})

describe("a part that moves to another shared node", () => {
  const home = (parts: Record<string, SentPart>, changes: Partial<ObjectRow> = {}) =>
    shared(parts, { node: "_stack/home", object: "obj_home", ...changes })
  const moved = (rows: readonly ObjectRow[]) =>
    entriesOf([target("a"), ...rows], (graph) => {
      graph.add(Shared, "_stack/shared", {})
      const node = graph.add(Shared, "_stack/home", {})
      const other = graph.add(Target, "a/target", { key: "a" })
      graph.part(node, "a", { to: other.ref("id") })
    }).get("_stack/shared")?.wanted

  test("stays in the old one, as last sent, until the new one serves it", () => {
    const old = shared({ a: sent("t-old") })
    const staying = { props: { entries: { a: { to: "t-old" } } }, desiredParts: [], leavingParts: ["a"] }
    expect(moved([old])).toMatchObject(staying)
    expect(moved([old, home({})])).toMatchObject(staying)
    expect(moved([old, home({ a: sent("t-other") })])).toMatchObject(staying)
    expect(moved([old, home({ a: sent("t-a") }, changing)])).toMatchObject(staying)
  })

  test("leaves the old one from then on", () => {
    expect(moved([shared({ a: sent("t-old") }), home({ a: sent("t-a") })])).toMatchObject({
      props: { entries: {} },
      leavingParts: [],
    })
  })

  test("is not kept where it was never accepted", () => {
    expect(moved([shared({ a: { props: null, dependencies: {} } })])).toMatchObject({
      props: { entries: {} },
      leavingParts: [],
    })
  })
})
