import { FOREIGN_OWNER, tinyReading as reading, tiny } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import type { ObjectStatus } from "../declare/reading.ts"
import {
  answeredCall,
  convergeGoal,
  type DecideCase,
  decisionIn,
  deleteGoal,
  existingRow,
  NamedType,
  NOW,
  OBJECT_NAME,
  observeGoal,
  settledState,
} from "./decided.fixture.ts"

const why = { code: "denied", message: "no" }
const refused = (fingerprint: string, retryAt: number | null = null) =>
  ({ status: "parked", why, refused: { fingerprint, retryAt } }) as const
const waits = (status: string, code?: string) => ({
  action: "wait",
  state: { status, ...(code === undefined ? {} : { why: { code } }) },
})
const parks = (code: string) => ({ action: "park", state: { status: "parked", why: { code } } })
const broken = (heal: "update" | "recreate" | "none"): ObjectStatus => ({
  broken: { code: "probe_failed", message: "m", heal },
})
const waiting = (on: "person" | "cloud"): ObjectStatus => ({ waiting: { on, code: "probe_failed", message: "m" } })
const Rolling = tiny("rolling", { updatesWhileChanging: true })

const table: Record<string, [DecideCase, object][]> = {
  "an open call decides nothing": [
    [
      {
        row: { ...existingRow, call: answeredCall("update", { open: true, at: NOW - 59_999 }) },
        reading: reading({ props: { size: 9 } }),
      },
      { ...waits("changing", "call_open"), next: "poll" },
    ],
    [{ row: { call: answeredCall("create", { open: true, at: NOW }) } }, waits("changing", "call_open")],
    [
      {
        row: { ...existingRow, call: answeredCall("delete", { open: true, at: NOW }) },
        goal: deleteGoal,
        reading: reading(),
      },
      waits("changing", "call_open"),
    ],
  ],
  "what an open create made is seen before its answer": [
    [{ row: { call: answeredCall("create", { open: true, at: NOW }) }, reading: reading() }, { action: "settle" }],
    [
      {
        type: NamedType,
        row: { call: answeredCall("create", { open: true, at: NOW }) },
        reading: reading({ owner: undefined }),
      },
      { action: "settle" },
    ],
    [
      { row: { call: answeredCall("create", { open: true, at: NOW }) }, reading: reading({ owner: undefined }) },
      waits("changing", "call_open"),
    ],
    [
      {
        row: { call: answeredCall("create", { open: true, at: NOW }) },
        reading: reading({ owner: FOREIGN_OWNER }),
        ownership: "foreign",
      },
      waits("changing", "call_open"),
    ],
  ],
  "after its timeout, or once it collided, it decides again": [
    [
      {
        row: { ...existingRow, call: answeredCall("update", { open: true }) },
        reading: reading({ props: { size: 9 } }),
      },
      { action: "update" },
    ],
    [
      {
        row: { call: answeredCall("create", { open: true, at: NOW, collided: true }) },
        reading: reading({ owner: FOREIGN_OWNER }),
        ownership: "foreign",
      },
      parks("name_taken"),
    ],
  ],
  "another owner's object refuses": [
    [
      { reading: reading({ owner: FOREIGN_OWNER }), ownership: "foreign" },
      {
        action: "park",
        next: "person",
        state: { refused: null, why: { code: "name_taken", on: "person", expected: OBJECT_NAME } },
      },
    ],
    [
      { row: existingRow, goal: observeGoal, reading: reading({ owner: FOREIGN_OWNER }), ownership: "foreign" },
      parks("name_taken"),
    ],
    [
      { row: existingRow, goal: deleteGoal, reading: reading({ owner: FOREIGN_OWNER }), ownership: "foreign" },
      { action: "remove", event: "left_to_its_owner" },
    ],
  ],
  "what is as wanted is settled": [
    [{ row: existingRow, reading: reading() }, { action: "settle" }],
    [{ row: { ...existingRow, state: refused("print") }, reading: reading() }, { action: "settle" }],
  ],
  "what is not as wanted is updated": [
    [
      { row: existingRow, reading: reading({ props: { size: 2 } }) },
      { action: "update", reasons: ["size differs"], fields: [{ field: "size", wanted: 1, found: 2 }] },
    ],
    [
      { row: existingRow, reading: reading(), ownership: "unmarked" },
      { action: "update", fields: [{ field: "owner" }] },
    ],
  ],
  "changing is waited for before anything is compared": [
    [
      { row: existingRow, reading: reading({ status: "changing", props: { size: 2 } }) },
      { ...waits("changing"), next: "poll" },
    ],
  ],
  "a service that takes updates while an earlier one rolls out gets them": [
    [
      { type: Rolling, row: existingRow, reading: reading({ status: "changing", props: { size: 2 } }) },
      { action: "update" },
    ],
    [
      { type: Rolling, row: existingRow, reading: reading({ status: "changing" }) },
      { ...waits("changing"), next: "poll" },
    ],
  ],
  "waiting on a person is looked at in minutes, on others soon": [
    [
      { row: existingRow, reading: reading({ status: waiting("person") }) },
      { ...waits("waiting", "probe_failed"), next: "person" },
    ],
    [
      { row: existingRow, reading: reading({ status: waiting("cloud") }) },
      { ...waits("waiting", "probe_failed"), next: "poll" },
    ],
    [{ row: existingRow, reading: reading({ props: { size: 2 }, status: waiting("person") }) }, { action: "update" }],
  ],
  "what is broken heals as its type says": [
    [
      { row: existingRow, reading: reading({ status: broken("update") }) },
      { action: "update", fields: [{ field: "status" }] },
    ],
    [
      { row: existingRow, reading: reading({ status: broken("recreate") }) },
      { action: "recreate", why: { code: "probe_failed" } },
    ],
    [
      { row: existingRow, reading: reading({ status: broken("none") }) },
      { ...parks("probe_failed"), next: "person" },
    ],
    [{ row: existingRow, reading: reading({ props: { size: 2 }, status: broken("none") }) }, { action: "update" }],
  ],
  "a node whose objects come out broken again and again waits for a person": [
    [{ row: existingRow, reading: reading({ status: broken("recreate") }), brokenBefore: 2 }, { action: "recreate" }],
    [
      { row: existingRow, reading: reading({ status: broken("recreate") }), brokenBefore: 3 },
      { ...parks("probe_failed"), next: "person" },
    ],
  ],
  "what was refused stays parked until the props change or its time has come": [
    [
      { row: { ...existingRow, state: refused("print") }, reading: reading({ props: { size: 2 } }) },
      { action: "park", next: "never", state: refused("print") },
    ],
    [
      { row: { ...existingRow, state: refused("other") }, reading: reading({ props: { size: 2 } }) },
      { action: "update" },
    ],
    [
      { row: { ...existingRow, state: refused("print", NOW + 1) }, reading: reading({ props: { size: 2 } }) },
      { action: "park", next: NOW + 1, state: refused("print", NOW + 1) },
    ],
    [
      { row: { ...existingRow, state: refused("print", NOW) }, reading: reading({ props: { size: 2 } }) },
      { action: "update" },
    ],
  ],
  "what is only observed is left as it is": [
    [
      { row: existingRow, goal: observeGoal, reading: reading({ props: { size: 2 } }) },
      { ...waits("settled"), next: "never" },
    ],
    [
      {
        row: { ...existingRow, state: { status: "due", why: null } },
        goal: { kind: "observe", why },
        reading: reading(),
      },
      { ...waits("due", "denied"), next: "never" },
    ],
    [
      { row: { ...existingRow, state: refused("print") }, goal: observeGoal, reading: reading() },
      { action: "park", next: "never", state: refused("print") },
    ],
    [
      { row: existingRow, goal: observeGoal, reading: reading({ status: "changing" }) },
      { ...waits("changing"), next: "poll" },
    ],
  ],
  "what is doomed is deleted": [
    [{ row: existingRow, goal: deleteGoal, reading: reading() }, { action: "delete" }],
    [{ row: existingRow, goal: deleteGoal, reading: reading(), ownership: "unmarked" }, { action: "delete" }],
    [{ row: existingRow, goal: deleteGoal, reading: reading({ status: "changing" }) }, { action: "delete" }],
    [{ row: { ...existingRow, state: refused("print") }, goal: deleteGoal, reading: reading() }, { action: "delete" }],
  ],
  "a delete that was refused is made again at its time": [
    [
      {
        row: { ...existingRow, state: { status: "parked", why, refused: { fingerprint: null, retryAt: NOW + 1 } } },
        goal: deleteGoal,
        reading: reading(),
      },
      { ...parks("denied"), next: NOW + 1 },
    ],
    [
      {
        row: { ...existingRow, state: { status: "parked", why, refused: { fingerprint: null, retryAt: NOW } } },
        goal: deleteGoal,
        reading: reading(),
      },
      { action: "delete" },
    ],
  ],
  "after an answered delete changing means deleting, and a hit proves nothing for a while": [
    [
      {
        row: { ...existingRow, call: answeredCall("delete"), deletes: 1 },
        goal: deleteGoal,
        reading: reading({ status: "changing" }),
      },
      { ...waits("changing", "deleting"), next: "poll" },
    ],
    [
      {
        row: { ...existingRow, call: answeredCall("delete", { at: NOW - 4_999 }), deletes: 1 },
        goal: deleteGoal,
        reading: reading(),
      },
      { ...waits("changing", "deleting"), next: "poll" },
    ],
    [
      {
        row: { ...existingRow, call: answeredCall("delete", { at: NOW - 5_000 }), deletes: 1 },
        goal: deleteGoal,
        reading: reading(),
      },
      { action: "delete" },
    ],
  ],
  "deletes that are answered without effect are made less and less often, and said": [
    [
      {
        row: { ...existingRow, call: answeredCall("delete", { at: NOW - 14_999 }), deletes: 2 },
        goal: deleteGoal,
        reading: reading(),
      },
      waits("changing", "deleting"),
    ],
    [
      {
        row: { ...existingRow, call: answeredCall("delete", { at: NOW - 15_000 }), deletes: 2 },
        goal: deleteGoal,
        reading: reading(),
      },
      { action: "delete" },
    ],
    [
      {
        row: { ...existingRow, call: answeredCall("delete", { at: NOW - 15_000 }), deletes: 3 },
        goal: deleteGoal,
        reading: reading(),
      },
      { ...waits("waiting", "delete_without_effect"), next: NOW + 30_000 },
    ],
    [
      {
        row: { ...existingRow, call: answeredCall("delete", { at: NOW - 45_000 }), deletes: 3 },
        goal: deleteGoal,
        reading: reading(),
      },
      { action: "delete" },
    ],
  ],
  "another object than the deleted one is not taken for it": [
    [
      {
        row: { ...existingRow, id: "gone", call: answeredCall("delete", { at: NOW }), deletes: 1 },
        goal: deleteGoal,
        reading: reading(),
      },
      { action: "delete" },
    ],
  ],
  "what is let go keeps its object and loses its mark": [
    [
      { row: existingRow, goal: { kind: "delete", detach: true }, reading: reading() },
      { action: "remove", event: "detached" },
    ],
    [
      {
        type: tiny("unmarked", { unmark: async () => {} }),
        row: existingRow,
        goal: { kind: "delete", detach: true },
        reading: reading(),
      },
      { action: "unmark" },
    ],
    [
      {
        type: tiny("unmarked", { unmark: async () => {} }),
        row: existingRow,
        goal: { kind: "delete", detach: true },
        reading: reading({ owner: undefined }),
      },
      { action: "remove", event: "detached" },
    ],
  ],
}

for (const [rule, cases] of Object.entries(table)) {
  for (const [index, [setting, expected]] of cases.entries()) {
    test(`${rule} (${index + 1})`, () => expect(decisionIn(setting)).toMatchObject(expected))
  }
}

test("a settled object that somebody changed is told from one that we want otherwise", () => {
  const found = reading({ props: { size: 2 } })
  expect(decisionIn({ row: existingRow, reading: found })).toMatchObject({ drift: true })
  expect(decisionIn({ row: { ...existingRow, props: { size: 2 } }, reading: found })).toMatchObject({ drift: false })
  expect(
    decisionIn({ row: { ...existingRow, state: { status: "changing", why: null } }, reading: found }),
  ).toMatchObject({
    drift: false,
  })
  expect(
    decisionIn({ row: { ...existingRow, state: settledState }, goal: convergeGoal({ size: 1 }), reading: reading() }),
  ).toEqual({
    action: "settle",
  })
})
