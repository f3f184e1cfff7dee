import { FOREIGN_OWNER, IDENTITY, markOf, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineBorrowed } from "../declare/define-node.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Reading } from "../declare/reading.ts"
import type { SentPart } from "../record/row.ts"
import { type DecideCase, decisionIn, deleteGoal as removal } from "./decided.fixture.ts"
import type { Goal } from "./wanted.ts"

const Shared = tiny("shared", { parts: "entries" })
const Theirs = defineBorrowed<{ entries: Entries }, { id: string }, object>({
  type: "tiny.theirs",
  permissions: { read: [] },
  parts: "entries",
  read: async () => undefined,
  update: async () => {},
})
type Entries = Record<string, string>

const sent = (entries: Entries): Record<string, SentPart> =>
  Object.fromEntries(Object.entries(entries).map(([key, props]) => [key, { props, dependencies: {} }]))

const situation = (
  row: Record<string, SentPart>,
  there: Entries,
  entryOwners?: Reading["entryOwners"],
  type: AnyNodeType = Shared,
): DecideCase => ({
  type,
  row: { id: "shared", props: {}, parts: row, created: { at: 0, uncertain: false } },
  reading: {
    id: "shared",
    props: { entries: there },
    attributes: {},
    owner: markOf("api/thing"),
    status: "settled",
    entryOwners,
  },
})

const wanting = (entries: Entries): Goal => ({
  kind: "converge",
  wanted: {
    props: { entries },
    sealed: { entries },
    dependencies: {},
    parts: {},
    partsBlockedBy: {},
    desiredParts: Object.keys(entries),
    leavingParts: [],
    fingerprint: "print",
  },
})
const converge = (
  entries: Entries,
  row: Record<string, SentPart>,
  there: Entries,
  entryOwners?: Reading["entryOwners"],
) => decisionIn({ ...situation(row, there, entryOwners), goal: wanting(entries) })
const remove = (row: Record<string, SentPart>, there: Entries, type: AnyNodeType = Shared) =>
  decisionIn({ ...situation(row, there, undefined, type), goal: removal })

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

  test("that a call tried to put there are ours, whatever came of it", () => {
    const attempted: Record<string, SentPart> = { a: { props: null, attempted: "1", dependencies: {} } }
    expect(converge({ a: "1" }, attempted, { a: "1" })).toEqual({ action: "settle" })
    expect(converge({ a: "2" }, attempted, { a: "1" })).toMatchObject({
      action: "update",
      fields: [{ field: "entries.a", wanted: "2", found: "1" }],
    })
    expect(converge({}, attempted, { a: "1" })).toMatchObject({
      action: "update",
      fields: [{ field: "entries.a", wanted: undefined, found: "1" }],
    })
  })

  test("that somebody changed are told from those that we want otherwise", () => {
    const settled = { state: { status: "settled", why: null }, props: { entries: {} } } as const
    const drift = (entries: Entries, there: Entries) => {
      const { row, ...rest } = situation(sent({ a: "1" }), there)
      return decisionIn({ ...rest, row: { ...row, ...settled }, goal: wanting(entries) })
    }
    expect(drift({ a: "1" }, { a: "9" })).toMatchObject({ action: "update", drift: true })
    expect(drift({ a: "1" }, {})).toMatchObject({ action: "update", drift: true })
    expect(drift({ a: "2" }, { a: "1" })).toMatchObject({ action: "update", drift: false })
    expect(drift({ a: "1", b: "2" }, { a: "1" })).toMatchObject({ action: "update", drift: false })
    expect(drift({}, { a: "1" })).toMatchObject({ action: "update", drift: false })
  })

  test("that were refused before and never accepted do not become ours when they are tried again", () => {
    const refused: Record<string, SentPart> = { a: { props: null, dependencies: {} } }
    expect(converge({ a: "1" }, refused, { a: "9" })).toMatchObject({ action: "park-part", part: "a" })
    expect(converge({ a: "1" }, refused, {})).toMatchObject({ action: "update" })
  })

  test("that are parked are left alone while they are left out", () => {
    const parked: Record<string, SentPart> = { a: { props: null, dependencies: {}, parked: "hash" } }
    expect(converge({}, parked, { a: "9" })).toEqual({ action: "settle" })
  })

  test("are whose the cloud says, where it says whose an entry is", () => {
    const ours = { ...IDENTITY, node: "api/thing", incarnation: 1 }
    expect(converge({ a: "1" }, {}, { a: "1" }, { a: ours })).toEqual({ action: "settle" })
    expect(converge({ a: "1" }, sent({ a: "1" }), { a: "1" }, { a: FOREIGN_OWNER })).toMatchObject({
      action: "park-part",
      part: "a",
    })
    expect(converge({ a: "1" }, sent({ a: "1" }), { a: "1" }, { a: null })).toEqual({ action: "settle" })
  })
})

describe("a shared object that is doomed", () => {
  test("goes when it holds only ours", () => {
    expect(remove(sent({ a: "1" }), { a: "1" })).toMatchObject({ action: "delete" })
  })

  test("stays while it holds entries of others, and names them", () => {
    expect(remove(sent({ a: "1" }), { a: "1", theirs: "9" })).toMatchObject({
      action: "park",
      next: "person",
      state: { refused: null, why: { code: "holds_foreign_entries", on: "person", observed: ["theirs"] } },
    })
  })

  test("stays while it holds an entry that kept one of ours out", () => {
    const parked: Record<string, SentPart> = { a: { props: null, dependencies: {}, parked: "hash" } }
    expect(remove(parked, { a: "9" })).toMatchObject({ action: "park", state: { why: { observed: ["a"] } } })
  })
})

describe("a customer's object of which entries are ours", () => {
  test("loses ours and keeps the rest", () => {
    expect(remove(sent({ a: "1" }), { a: "1", theirs: "9" }, Theirs)).toEqual({
      action: "update",
      reasons: ["our entries are no longer wanted"],
      fields: [{ field: "entries.a", wanted: undefined, found: "1" }],
      lazy: [],
      drift: false,
    })
  })

  test("is left alone once it holds none of ours", () => {
    expect(remove(sent({ a: "1" }), { theirs: "9" }, Theirs)).toEqual({ action: "remove", event: "detached" })
  })
})
