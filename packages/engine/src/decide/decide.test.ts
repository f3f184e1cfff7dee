import { tinyReading as reading, STRANGER, tiny } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import type { ObjectStatus } from "../declare/reading.ts"
import {
  call,
  converge,
  decided,
  made,
  NAME,
  Named,
  NOW,
  observe,
  remove,
  type Setting,
  settled,
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

const table: Record<string, [Setting, object][]> = {
  "an open call decides nothing": [
    [
      {
        row: { ...made, call: call("update", { open: true, at: NOW - 59_999 }) },
        reading: reading({ props: { size: 9 } }),
      },
      { ...waits("changing", "call_open"), next: "poll" },
    ],
    [{ row: { call: call("create", { open: true, at: NOW }) } }, waits("changing", "call_open")],
    [
      { row: { ...made, call: call("delete", { open: true, at: NOW }) }, goal: remove, reading: reading() },
      waits("changing", "call_open"),
    ],
  ],
  "what an open create made is seen before its answer": [
    [{ row: { call: call("create", { open: true, at: NOW }) }, reading: reading() }, { action: "settle" }],
    [
      { type: Named, row: { call: call("create", { open: true, at: NOW }) }, reading: reading({ owner: undefined }) },
      { action: "settle" },
    ],
    [
      { row: { call: call("create", { open: true, at: NOW }) }, reading: reading({ owner: undefined }) },
      waits("changing", "call_open"),
    ],
    [
      {
        row: { call: call("create", { open: true, at: NOW }) },
        reading: reading({ owner: STRANGER }),
        ownership: "foreign",
      },
      waits("changing", "call_open"),
    ],
  ],
  "after its timeout, or once it collided, it decides again": [
    [
      { row: { ...made, call: call("update", { open: true }) }, reading: reading({ props: { size: 9 } }) },
      { action: "update" },
    ],
    [
      {
        row: { call: call("create", { open: true, at: NOW, collided: true }) },
        reading: reading({ owner: STRANGER }),
        ownership: "foreign",
      },
      parks("name_taken"),
    ],
  ],
  "another owner's object refuses": [
    [
      { reading: reading({ owner: STRANGER }), ownership: "foreign" },
      {
        action: "park",
        next: "person",
        state: { refused: null, why: { code: "name_taken", on: "person", expected: NAME } },
      },
    ],
    [{ row: made, goal: observe, reading: reading({ owner: STRANGER }), ownership: "foreign" }, parks("name_taken")],
    [
      { row: made, goal: remove, reading: reading({ owner: STRANGER }), ownership: "foreign" },
      { action: "remove", event: "left_to_its_owner" },
    ],
  ],
  "what is as wanted is settled": [
    [{ row: made, reading: reading() }, { action: "settle" }],
    [{ row: { ...made, state: refused("print") }, reading: reading() }, { action: "settle" }],
  ],
  "what is not as wanted is updated": [
    [
      { row: made, reading: reading({ props: { size: 2 } }) },
      { action: "update", reasons: ["size differs"], fields: [{ field: "size", wanted: 1, found: 2 }] },
    ],
    [
      { row: made, reading: reading(), ownership: "unmarked" },
      { action: "update", fields: [{ field: "owner" }] },
    ],
  ],
  "changing is waited for before anything is compared": [
    [
      { row: made, reading: reading({ status: "changing", props: { size: 2 } }) },
      { ...waits("changing"), next: "poll" },
    ],
  ],
  "a service that takes updates while an earlier one rolls out gets them": [
    [{ type: Rolling, row: made, reading: reading({ status: "changing", props: { size: 2 } }) }, { action: "update" }],
    [
      { type: Rolling, row: made, reading: reading({ status: "changing" }) },
      { ...waits("changing"), next: "poll" },
    ],
  ],
  "waiting on a person is looked at in minutes, on others soon": [
    [
      { row: made, reading: reading({ status: waiting("person") }) },
      { ...waits("waiting", "probe_failed"), next: "person" },
    ],
    [
      { row: made, reading: reading({ status: waiting("cloud") }) },
      { ...waits("waiting", "probe_failed"), next: "poll" },
    ],
    [{ row: made, reading: reading({ props: { size: 2 }, status: waiting("person") }) }, { action: "update" }],
  ],
  "what is broken heals as its type says": [
    [
      { row: made, reading: reading({ status: broken("update") }) },
      { action: "update", fields: [{ field: "status" }] },
    ],
    [
      { row: made, reading: reading({ status: broken("recreate") }) },
      { action: "recreate", why: { code: "probe_failed" } },
    ],
    [
      { row: made, reading: reading({ status: broken("none") }) },
      { ...parks("probe_failed"), next: "person" },
    ],
    [{ row: made, reading: reading({ props: { size: 2 }, status: broken("none") }) }, { action: "update" }],
  ],
  "a node whose objects come out broken again and again waits for a person": [
    [{ row: made, reading: reading({ status: broken("recreate") }), brokenBefore: 2 }, { action: "recreate" }],
    [
      { row: made, reading: reading({ status: broken("recreate") }), brokenBefore: 3 },
      { ...parks("probe_failed"), next: "person" },
    ],
  ],
  "what was refused stays parked until the props change or its time has come": [
    [
      { row: { ...made, state: refused("print") }, reading: reading({ props: { size: 2 } }) },
      { action: "park", next: "never", state: refused("print") },
    ],
    [{ row: { ...made, state: refused("other") }, reading: reading({ props: { size: 2 } }) }, { action: "update" }],
    [
      { row: { ...made, state: refused("print", NOW + 1) }, reading: reading({ props: { size: 2 } }) },
      { action: "park", next: NOW + 1, state: refused("print", NOW + 1) },
    ],
    [
      { row: { ...made, state: refused("print", NOW) }, reading: reading({ props: { size: 2 } }) },
      { action: "update" },
    ],
  ],
  "what is only observed is left as it is": [
    [
      { row: made, goal: observe, reading: reading({ props: { size: 2 } }) },
      { ...waits("settled"), next: "never" },
    ],
    [
      { row: { ...made, state: { status: "due", why: null } }, goal: { kind: "observe", why }, reading: reading() },
      { ...waits("due", "denied"), next: "never" },
    ],
    [
      { row: { ...made, state: refused("print") }, goal: observe, reading: reading() },
      { action: "park", next: "never", state: refused("print") },
    ],
    [
      { row: made, goal: observe, reading: reading({ status: "changing" }) },
      { ...waits("changing"), next: "poll" },
    ],
  ],
  "what is doomed is deleted": [
    [{ row: made, goal: remove, reading: reading() }, { action: "delete" }],
    [{ row: made, goal: remove, reading: reading(), ownership: "unmarked" }, { action: "delete" }],
    [{ row: made, goal: remove, reading: reading({ status: "changing" }) }, { action: "delete" }],
    [{ row: { ...made, state: refused("print") }, goal: remove, reading: reading() }, { action: "delete" }],
  ],
  "a delete that was refused is made again at its time": [
    [
      {
        row: { ...made, state: { status: "parked", why, refused: { fingerprint: null, retryAt: NOW + 1 } } },
        goal: remove,
        reading: reading(),
      },
      { ...parks("denied"), next: NOW + 1 },
    ],
    [
      {
        row: { ...made, state: { status: "parked", why, refused: { fingerprint: null, retryAt: NOW } } },
        goal: remove,
        reading: reading(),
      },
      { action: "delete" },
    ],
  ],
  "after an answered delete changing means deleting, and a hit proves nothing for a while": [
    [
      { row: { ...made, call: call("delete"), deletes: 1 }, goal: remove, reading: reading({ status: "changing" }) },
      { ...waits("changing", "deleting"), next: "poll" },
    ],
    [
      { row: { ...made, call: call("delete", { at: NOW - 4_999 }), deletes: 1 }, goal: remove, reading: reading() },
      { ...waits("changing", "deleting"), next: "poll" },
    ],
    [
      { row: { ...made, call: call("delete", { at: NOW - 5_000 }), deletes: 1 }, goal: remove, reading: reading() },
      { action: "delete" },
    ],
  ],
  "deletes that are answered without effect are made less and less often, and said": [
    [
      { row: { ...made, call: call("delete", { at: NOW - 14_999 }), deletes: 2 }, goal: remove, reading: reading() },
      waits("changing", "deleting"),
    ],
    [
      { row: { ...made, call: call("delete", { at: NOW - 15_000 }), deletes: 2 }, goal: remove, reading: reading() },
      { action: "delete" },
    ],
    [
      { row: { ...made, call: call("delete", { at: NOW - 15_000 }), deletes: 3 }, goal: remove, reading: reading() },
      { ...waits("waiting", "delete_without_effect"), next: NOW + 30_000 },
    ],
    [
      { row: { ...made, call: call("delete", { at: NOW - 45_000 }), deletes: 3 }, goal: remove, reading: reading() },
      { action: "delete" },
    ],
  ],
  "another object than the deleted one is not taken for it": [
    [
      { row: { ...made, id: "gone", call: call("delete", { at: NOW }), deletes: 1 }, goal: remove, reading: reading() },
      { action: "delete" },
    ],
  ],
  "what is let go keeps its object and loses its mark": [
    [
      { row: made, goal: { kind: "delete", detach: true }, reading: reading() },
      { action: "remove", event: "detached" },
    ],
    [
      {
        type: tiny("unmarked", { unmark: async () => {} }),
        row: made,
        goal: { kind: "delete", detach: true },
        reading: reading(),
      },
      { action: "unmark" },
    ],
    [
      {
        type: tiny("unmarked", { unmark: async () => {} }),
        row: made,
        goal: { kind: "delete", detach: true },
        reading: reading({ owner: undefined }),
      },
      { action: "remove", event: "detached" },
    ],
  ],
}

for (const [rule, cases] of Object.entries(table)) {
  for (const [index, [setting, expected]] of cases.entries()) {
    test(`${rule} (${index + 1})`, () => expect(decided(setting)).toMatchObject(expected))
  }
}

test("a settled object that somebody changed is told from one that we want otherwise", () => {
  const found = reading({ props: { size: 2 } })
  expect(decided({ row: made, reading: found })).toMatchObject({ drift: true })
  expect(decided({ row: { ...made, props: { size: 2 } }, reading: found })).toMatchObject({ drift: false })
  expect(decided({ row: { ...made, state: { status: "changing", why: null } }, reading: found })).toMatchObject({
    drift: false,
  })
  expect(decided({ row: { ...made, state: settled }, goal: converge({ size: 1 }), reading: reading() })).toEqual({
    action: "settle",
  })
})
