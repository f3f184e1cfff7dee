import { describe, expect, test } from "vitest"
import { type Decision, decide, differenceKey, type Goal, type Situation } from "./decide.ts"
import { defineGate, type Reading } from "./node-type.ts"
import type { Call, Verb } from "./row.ts"
import {
  type TinyProps,
  type TinyType,
  tiny,
  tinyCall,
  tinyReading,
  tinyRow,
  tinyWanted,
} from "./testing/tiny-types.ts"

const NOW = 10_000_000
const Thing = tiny("thing")
const NAME = "tiny-api-thing"
const converge = (props?: TinyProps): Goal => ({ kind: "converge", wanted: tinyWanted(props) })
const remove: Goal = { kind: "delete" }
const reading = tinyReading
const call = (verb: Verb, changes: Partial<Call> = {}) => tinyCall(verb, { at: NOW - 100_000, ...changes })
const made = { id: NAME, props: { size: 1 }, status: "settled" as const, created: { at: 0, uncertain: false } }

type Setting = Partial<Omit<Situation, "row">> & { row?: Parameters<typeof tinyRow>[1] }
const of = ({ type = Thing, row = {}, goal = converge(), reading, ownership = "ours" }: Setting): Decision =>
  decide({ type, row: tinyRow(type, row), goal, reading, ownership: reading && ownership, now: NOW })

describe("the same difference after answered updates", () => {
  const difference = (row: object, found: object, type: TinyType = Thing) =>
    of({ type, row: { ...made, ...row }, reading: reading({ props: { ...found } }) })
  const first = difference({}, { size: 2 })
  const key = first.action === "update" ? first.fields : []

  test("is sent again only after a while, and after three not at all", () => {
    const repeated = (updates: number) => ({ repeated: { difference: differenceKey(key), updates } })
    const recent = { call: call("update", { at: NOW - 1_000 }) }
    expect(difference({ ...repeated(1), ...recent }, { size: 2 })).toMatchObject({
      action: "wait",
      why: { code: "update_not_visible_yet" },
    })
    expect(difference({ ...repeated(2), call: call("update") }, { size: 2 }).action).toBe("update")
    expect(difference({ ...repeated(3), call: call("update") }, { size: 2 })).toMatchObject({
      action: "park",
      byProps: true,
      why: { code: "not_converging", message: expect.stringContaining("size"), expected: "1", observed: "2" },
    })
    expect(difference({ ...repeated(3), ...recent }, { size: 3 }).action).toBe("update")
  })
})

test("a type that cannot be changed in place gets another object", () => {
  const { update: _, ...fixed } = tiny("fixed")
  expect(of({ type: fixed, row: made, reading: reading({ props: { size: 2 } }) })).toMatchObject({
    action: "recreate",
    why: { code: "not_changeable", message: expect.stringContaining("size") },
  })
  expect(of({ type: fixed, row: made, reading: reading(), ownership: "unmarked" })).toMatchObject({ action: "settle" })
})

test("lazy differences travel with an update and cause none", () => {
  const type = tiny("lazy", { lazy: ["color"] })
  const goal = converge({ size: 1, color: "red" })
  expect(of({ type, row: made, goal, reading: reading({ props: { size: 1, color: "blue" } }) })).toEqual({
    action: "settle",
  })
  expect(of({ type, row: made, goal, reading: reading({ props: { size: 2, color: "blue" } }) })).toMatchObject({
    action: "update",
    reasons: ["size differs"],
    fields: [{ field: "size" }, { field: "color" }],
  })
})

describe("a gate", () => {
  const type = defineGate<object, object, object>({
    type: "tiny.gate",
    permissions: { read: [] },
    read: async () => undefined,
  })
  const gate = (situation: { goal?: Goal; reading?: Reading }) =>
    decide({
      type,
      row: tinyRow(type),
      goal: converge(),
      reading: undefined,
      ownership: "ours",
      now: NOW,
      ...situation,
    })

  test("settles when it passes, whatever its props read", () => {
    expect(gate({ reading: reading({ props: {} }) })).toEqual({ action: "settle" })
    expect(
      gate({ reading: reading({ status: { waiting: { on: "gate", code: "probe_failed", message: "m" } } }) }),
    ).toMatchObject({ action: "wait", status: "waiting", next: "poll" })
  })

  test("is never created or deleted", () => {
    expect(gate({})).toMatchObject({ action: "wait", status: "waiting", why: { code: "not_found" } })
    expect(gate({ goal: remove })).toEqual({ action: "remove", foreign: false })
    expect(gate({ goal: remove, reading: reading() })).toEqual({ action: "remove", foreign: false })
  })
})
