import { describe, expect, test } from "vitest"
import { decide } from "./decide.ts"
import type { Reading } from "./node-type.ts"
import type { SentPart } from "./row.ts"
import { markOf, tiny, tinyRow } from "./testing/tiny-types.ts"

const Shared = tiny("shared", { named: true, parts: "entries" })
type Entries = Record<string, string>

const sent = (entries: Entries): Record<string, SentPart> =>
  Object.fromEntries(Object.entries(entries).map(([key, props]) => [key, { props, dependencies: [] }]))

const situation = (row: Record<string, SentPart>, there: Entries) => ({
  type: Shared,
  row: tinyRow(Shared, { id: "shared", props: {}, parts: row, created: { at: 0, uncertain: false } }),
  reading: {
    id: "shared",
    props: { entries: there },
    attributes: {},
    owner: markOf("api/thing"),
    status: "settled",
  } satisfies Reading,
  ownership: "ours" as const,
  now: 10_000_000,
})

const converge = (entries: Entries, row: Record<string, SentPart>, there: Entries) =>
  decide({
    ...situation(row, there),
    goal: {
      kind: "converge",
      wanted: {
        props: { entries },
        sealed: { entries },
        dependencies: [],
        parts: {},
        desiredParts: Object.keys(entries),
        fingerprint: "print",
      },
    },
  })
const remove = (row: Record<string, SentPart>, there: Entries) =>
  decide({ ...situation(row, there), goal: { kind: "delete" } })

describe("parts", () => {
  test("that are as wanted settle, whatever else is there", () => {
    expect(converge({ a: "1" }, sent({ a: "1" }), { a: "1", theirs: "9" })).toEqual({ action: "settle" })
  })

  test("that are missing, different or left over are named", () => {
    const decision = converge({ a: "1", b: "2" }, sent({ b: "2", c: "3" }), { b: "9", c: "3" })
    expect(decision).toMatchObject({
      action: "update",
      fields: [
        { field: "entries.a", wanted: "1" },
        { field: "entries.b", wanted: "2", found: "9" },
        { field: "entries.c", found: "3" },
      ],
    })
  })

  test("whose key is there and was never sent by us are taken", () => {
    expect(converge({ a: "1" }, {}, { a: "9" })).toMatchObject({
      action: "park-part",
      part: "a",
      why: { code: "name_taken", on: "person" },
    })
    expect(converge({ a: "1" }, {}, { a: "1" })).toMatchObject({ action: "park-part", part: "a" })
  })

  test("that were refused before and never accepted do not become ours when they are tried again", () => {
    const refused: Record<string, SentPart> = { a: { props: null, dependencies: [] } }
    expect(converge({ a: "1" }, refused, { a: "9" })).toMatchObject({ action: "park-part", part: "a" })
    expect(converge({ a: "1" }, refused, {})).toMatchObject({ action: "update" })
  })

  test("that are parked are left alone while they are left out", () => {
    const parked: Record<string, SentPart> = { a: { props: null, dependencies: [], parked: "hash" } }
    expect(converge({}, parked, { a: "9" })).toEqual({ action: "settle" })
  })
})

describe("a shared object that is doomed", () => {
  test("goes when it holds only ours", () => {
    expect(remove(sent({ a: "1" }), { a: "1" })).toMatchObject({ action: "delete" })
  })

  test("stays while it holds entries of others, and names them", () => {
    expect(remove(sent({ a: "1" }), { a: "1", theirs: "9" })).toMatchObject({
      action: "park",
      byProps: false,
      why: { code: "holds_foreign_entries", on: "person", observed: ["theirs"] },
    })
  })

  test("stays while it holds an entry that kept one of ours out", () => {
    const parked: Record<string, SentPart> = { a: { props: null, dependencies: [], parked: "hash" } }
    expect(remove(parked, { a: "9" })).toMatchObject({ action: "park", why: { observed: ["a"] } })
  })
})
