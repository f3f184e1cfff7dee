import { tinyReading as reading, SECRET_KEY, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineEnsure, defineGate } from "../declare/define-node.ts"
import { seal } from "../record/seal.ts"
import {
  AssignedType,
  answeredCall,
  convergeGoal,
  type DecideCase,
  decisionIn,
  deleteGoal,
  existingRow,
  NOW,
} from "./decided.fixture.ts"
import { differenceKey } from "./differences.ts"

describe("the same wanted fields after answered updates", () => {
  const difference = (row: object, found: object, type: TinyType = AssignedType) =>
    decisionIn({ type, row: { ...existingRow, ...row }, reading: reading({ props: { ...found } }) })
  const first = difference({}, { size: 2 })
  const fields = first.action === "update" ? first.fields : []
  const repeated = (updates: number) => ({ repeated: { difference: differenceKey(fields), updates } })
  const recent = { call: answeredCall("update", { at: NOW - 1_000 }) }

  test("are sent again only after a while, and after three not at all", () => {
    expect(difference({ ...repeated(1), ...recent }, { size: 2 })).toMatchObject({
      action: "wait",
      state: { status: "changing", why: { code: "update_not_visible_yet" } },
    })
    expect(difference({ ...repeated(2), call: answeredCall("update") }, { size: 2 }).action).toBe("update")
    expect(difference({ ...repeated(3), call: answeredCall("update") }, { size: 2 })).toMatchObject({
      action: "park",
      next: "never",
      state: {
        refused: { fingerprint: "print", retryAt: null },
        why: { code: "not_converging", message: expect.stringContaining("size"), expected: "1", observed: "2" },
      },
    })
  })

  test("are the same whatever is read back", () => {
    expect(difference({ ...repeated(3), call: answeredCall("update") }, { size: 3 })).toMatchObject({
      action: "park",
      state: { why: { code: "not_converging", observed: "3" } },
    })
  })

  test("end with the cloud's own message where it says what is broken", () => {
    const broken = { broken: { code: "workload_crashed", message: "no such image", heal: "update" } } as const
    const once = decisionIn({ row: existingRow, reading: reading({ status: broken }) })
    const key = differenceKey(once.action === "update" ? once.fields : [])
    expect(
      decisionIn({
        row: { ...existingRow, repeated: { difference: key, updates: 3 }, call: answeredCall("update") },
        reading: reading({ status: broken }),
      }),
    ).toMatchObject({ action: "park", state: { why: { code: "workload_crashed", message: "no such image" } } })
  })
})

test("an update that does not stick is told without its secrets", () => {
  const type = tiny("secret", { secret: ["secret"] })
  const wanted = { ...existingRow, props: {} }
  const props = { secret: "hunter2" }
  const sealed = seal(type, props, SECRET_KEY)
  const goal = convergeGoal(props)
  if (goal.kind === "converge") goal.wanted.sealed = sealed
  const key = differenceKey([{ field: "secret", wanted: sealed.secret, found: undefined }])
  const decision = decisionIn({
    type,
    goal,
    row: { ...wanted, repeated: { difference: key, updates: 3 }, call: answeredCall("update") },
    reading: reading({ props: { secret: "hunter3" } }),
  })
  expect(decision).toMatchObject({ state: { why: { code: "not_converging", expected: expect.any(String) } } })
  expect(JSON.stringify(decision)).not.toContain("hunter")
  expect(decision).toMatchObject({ state: { why: { expected: '"(secret)"', observed: '"(secret)"' } } })
})

test("a type that cannot be changed in place gets another object", () => {
  const { update: _, ...fixed } = tiny("fixed")
  expect(decisionIn({ type: fixed, row: existingRow, reading: reading({ props: { size: 2 } }) })).toMatchObject({
    action: "recreate",
    why: { code: "not_changeable", message: expect.stringContaining("size") },
  })
})

test("lazy differences travel with an update and cause none", () => {
  const type = tiny("lazy", { lazy: ["color"] })
  const goal = convergeGoal({ size: 1, color: "red" })
  expect(decisionIn({ type, row: existingRow, goal, reading: reading({ props: { size: 1, color: "blue" } }) })).toEqual(
    {
      action: "settle",
    },
  )
  expect(
    decisionIn({ type, row: existingRow, goal, reading: reading({ props: { size: 2, color: "blue" } }) }),
  ).toMatchObject({
    action: "update",
    reasons: ["size differs"],
    fields: [{ field: "size" }],
    lazy: [{ field: "color" }],
  })
})

describe("a gate", () => {
  const type = defineGate<object, object, object>({
    type: "tiny.gate",
    permissions: { read: [] },
    read: async () => undefined,
  })
  const gate = (setting: DecideCase) => decisionIn({ type, ...setting })

  test("settles when it passes, whatever its props read", () => {
    expect(gate({ reading: reading({ props: {} }) })).toEqual({ action: "settle" })
    expect(
      gate({ reading: reading({ status: { waiting: { on: "gate", code: "probe_failed", message: "m" } } }) }),
    ).toMatchObject({ action: "wait", state: { status: "waiting" }, next: "poll" })
  })

  test("is never created or deleted", () => {
    expect(gate({})).toMatchObject({ action: "wait", state: { status: "waiting", why: { code: "not_found" } } })
    expect(gate({ goal: deleteGoal })).toEqual({ action: "remove", event: "forgotten" })
    expect(gate({ goal: deleteGoal, reading: reading() })).toEqual({ action: "remove", event: "forgotten" })
  })
})

describe("what only has to be there", () => {
  const type = defineEnsure<{ size?: number }, object, object>({
    type: "tiny.ensure",
    permissions: { read: [] },
    read: async () => undefined,
    create: async () => {},
  })

  test("is made where it is missing, taken as it is found, and never deleted", () => {
    expect(decisionIn({ type })).toMatchObject({ action: "create" })
    expect(decisionIn({ type, reading: reading({ props: { size: 9 }, owner: undefined }) })).toEqual({
      action: "settle",
    })
    expect(decisionIn({ type, row: existingRow, goal: deleteGoal, reading: reading() })).toEqual({
      action: "remove",
      event: "forgotten",
    })
  })
})
