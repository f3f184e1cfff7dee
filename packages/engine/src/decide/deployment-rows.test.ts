import { tiny, tinyRow } from "@alienplatform/simulator-memory"
import { beforeEach, describe, expect, test } from "vitest"
import type { ObjectRow } from "../record/row.ts"
import { DeploymentRows, exclusiveKey } from "./deployment-rows.ts"

const Thing = tiny("thing")
const Keyed = tiny("keyed", { identity: { by: "key", of: ["key"] }, replaceOn: ["size"] })
const types = new Map([Thing, Keyed].map((type) => [type.type, type]))
const typeOf = ({ type }: ObjectRow) => types.get(type) ?? Thing

describe("the key of an object", () => {
  test("lies in the props that identify it, and not in others that replace it", () => {
    expect(exclusiveKey(Thing, { key: "a" })).toBeUndefined()
    expect(exclusiveKey(Keyed, { key: "a", size: 1 })).toBe(exclusiveKey(Keyed, { key: "a", size: 2 }))
    expect(exclusiveKey(Keyed, { key: "a" })).not.toBe(exclusiveKey(Keyed, { key: "b" }))
  })

  test("of a child includes its parent, where the parent keeps keys unique", () => {
    const Child = tiny("child", { identity: { by: "parent", of: "to", key: ["key"] } })
    const Unique = tiny("child", { identity: { by: "parent", of: "to", key: ["key"], unique: true } })
    expect(exclusiveKey(Child, { to: "a", key: "x" })).toBeUndefined()
    expect(exclusiveKey(Unique, { to: "a", key: "x" })).not.toBe(exclusiveKey(Unique, { to: "b", key: "x" }))
  })

  test("is one of its type alone", () => {
    const Other = tiny("other", { identity: { by: "key", of: ["key"] } })
    expect(exclusiveKey(Keyed, { key: "a" })).not.toBe(exclusiveKey(Other, { key: "a" }))
  })
})

describe("rows", () => {
  let rows: DeploymentRows
  const one = tinyRow(Keyed, { node: "a/one", props: { key: "k" }, id: "id-1", dependencies: { obj_net: "use" } })
  const two = tinyRow(Keyed, {
    node: "a/two",
    props: { key: "l" },
    parts: { x: { props: "1", dependencies: { obj_net: "identity", obj_other: "name" } } },
  })
  beforeEach(() => {
    rows = new DeploymentRows(typeOf)
    for (const row of [one, two, tinyRow(Thing, { node: "net", object: "obj_net" })]) rows.put(row)
  })
  const objects = (found: Iterable<ObjectRow>) => [...found].map(({ object }) => object)
  const holders = (object: string) => [...rows.holdersOf(object)].map(([row, hold]) => [row.node, hold])

  test("are found by object, node, key, address and what they hold", () => {
    expect(rows.size).toBe(3)
    expect(rows.get(one.object)).toBe(one)
    expect(objects(rows.ofNode("a/one"))).toEqual([one.object])
    expect(objects(rows.withKey(Keyed, { key: "k" }))).toEqual([one.object])
    expect(objects(rows.withKey(Keyed, { key: "other" }))).toEqual([])
    expect(objects(rows.withKey(Keyed, null))).toEqual([])
    expect(objects(rows.atAddress("tiny.keyed", "id-1"))).toEqual([one.object])
    expect(objects(rows.atAddress("tiny.thing", "id-1"))).toEqual([])
    expect(holders("obj_net")).toEqual([
      ["a/one", "use"],
      ["a/two", "identity"],
    ])
    expect(holders("obj_other")).toEqual([["a/two", "name"]])
  })

  test("are no longer found by what a newer version of them lacks", () => {
    rows.put({ ...one, props: { key: "m" }, id: "id-2", dependencies: {} })
    expect(objects(rows.withKey(Keyed, { key: "k" }))).toEqual([])
    expect(objects(rows.withKey(Keyed, { key: "m" }))).toEqual([one.object])
    expect(objects(rows.atAddress("tiny.keyed", "id-1"))).toEqual([])
    expect(objects(rows.atAddress("tiny.keyed", "id-2"))).toEqual([one.object])
    expect(holders("obj_net")).toEqual([["a/two", "identity"]])
    expect(objects(rows.ofNode("a/one"))).toEqual([one.object])
  })

  test("are found by nothing once they are gone", () => {
    rows.delete(one.object)
    rows.delete("obj_unknown")
    expect(rows.size).toBe(2)
    expect(rows.get(one.object)).toBeUndefined()
    expect(objects(rows.ofNode("a/one"))).toEqual([])
    expect(objects(rows.withKey(Keyed, { key: "k" }))).toEqual([])
    expect(objects(rows.atAddress("tiny.keyed", "id-1"))).toEqual([])
    expect(holders("obj_net")).toEqual([["a/two", "identity"]])
  })

  test("do not hold themselves", () => {
    rows.put({ ...one, dependencies: { [one.object]: "use" } })
    expect(holders(one.object)).toEqual([])
  })
})
