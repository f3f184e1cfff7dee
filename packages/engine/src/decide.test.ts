import { expect, test } from "vitest"
import { type Decision, decide, type Goal, type Situation } from "./decide.ts"
import type { Call, Verb } from "./row.ts"
import { STRANGER, type TinyProps, tiny, tinyCall, tinyReading, tinyRow, tinyWanted } from "./testing/tiny-types.ts"

const NOW = 10_000_000
const Thing = tiny("thing")
const Named = tiny("named", { named: true })
const NAME = "tiny-api-thing"
const converge = (props?: TinyProps): Goal => ({ kind: "converge", wanted: tinyWanted(props) })
const observe: Goal = { kind: "observe" }
const remove: Goal = { kind: "delete" }
const reading = tinyReading
const call = (verb: Verb, changes: Partial<Call> = {}) => tinyCall(verb, { at: NOW - 100_000, ...changes })
const why = { code: "denied", message: "no" }

type Setting = Partial<Omit<Situation, "row">> & { row?: Parameters<typeof tinyRow>[1] }
const of = ({ type = Thing, row = {}, goal = converge(), reading, ownership = "ours" }: Setting): Decision =>
  decide({ type, row: tinyRow(type, row), goal, reading, ownership: reading && ownership, now: NOW })

const made = { id: NAME, props: { size: 1 }, status: "settled" as const, created: { at: 0, uncertain: false } }
const justMade = { ...made, id: null, created: { at: NOW - 1_000, uncertain: false } }

const table: Record<string, [Setting, object][]> = {
  "an open call decides nothing": [
    [
      {
        row: { ...made, call: call("update", { open: true, at: NOW - 59_999 }) },
        reading: reading({ props: { size: 9 } }),
      },
      { action: "wait", status: "changing", next: "poll", why: { code: "call_open" } },
    ],
    [{ row: { call: call("create", { open: true, at: NOW }) } }, { action: "wait", why: { code: "call_open" } }],
    [
      { row: { ...made, call: call("delete", { open: true, at: NOW }) }, goal: remove, reading: reading() },
      { action: "wait", why: { code: "call_open" } },
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
      { action: "park", why: { code: "name_taken" } },
    ],
  ],
  "what does not exist is created": [
    [{}, { action: "create", reasons: ["it does not exist"] }],
    [{ row: { ...made, id: null } }, { action: "create" }],
  ],
  "what is missing at its address is searched for by its mark before it is made again": [
    [{ row: made }, { action: "search" }],
  ],
  "a miss right after a create proves nothing": [
    [{ row: justMade }, { action: "wait", status: "changing", why: { code: "not_visible_yet" } }],
    [
      { row: justMade, goal: remove },
      { action: "wait", why: { code: "not_visible_yet" } },
    ],
    [{ row: { ...justMade, created: { at: NOW - 5_000, uncertain: false } } }, { action: "create" }],
    [{ row: { ...justMade, created: { at: NOW - 5_000, uncertain: true } } }, { action: "wait" }],
    [{ row: { ...justMade, created: { at: NOW - 65_000, uncertain: true } } }, { action: "create" }],
  ],
  "named types repeat an open create after its timeout": [
    [
      {
        type: Named,
        row: { created: { at: NOW - 61_000, uncertain: true }, call: call("create", { open: true, at: NOW - 61_000 }) },
      },
      { action: "create" },
    ],
    [
      {
        row: { created: { at: NOW - 61_000, uncertain: true }, call: call("create", { open: true, at: NOW - 61_000 }) },
      },
      { action: "wait" },
    ],
  ],
  "what is missing while it is only observed is not made": [
    [
      { row: made, goal: observe },
      { action: "wait", status: "due", why: { code: "missing" }, next: "never" },
    ],
  ],
  "another owner's object refuses": [
    [
      { reading: reading({ owner: STRANGER }), ownership: "foreign" },
      { action: "park", byProps: false, why: { code: "name_taken", on: "person", expected: NAME } },
    ],
    [
      { row: made, goal: observe, reading: reading({ owner: STRANGER }), ownership: "foreign" },
      { action: "park", why: { code: "name_taken" } },
    ],
    [
      { row: made, goal: remove, reading: reading({ owner: STRANGER }), ownership: "foreign" },
      { action: "remove", foreign: true },
    ],
  ],
  "what is as wanted is settled": [
    [{ row: made, reading: reading() }, { action: "settle" }],
    [{ row: { ...made, status: "parked", parked: "print", why }, reading: reading() }, { action: "settle" }],
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
      { action: "wait", status: "changing", next: "poll" },
    ],
  ],
  "waiting on a person is looked at in minutes, on others soon": [
    [
      { row: made, reading: reading({ status: { waiting: { on: "person", code: "c", message: "m" } } }) },
      { action: "wait", status: "waiting", next: "person", why: { code: "c" } },
    ],
    [
      { row: made, reading: reading({ status: { waiting: { on: "cloud", code: "c", message: "m" } } }) },
      { action: "wait", status: "waiting", next: "poll" },
    ],
    [
      {
        row: made,
        reading: reading({ props: { size: 2 }, status: { waiting: { on: "person", code: "c", message: "m" } } }),
      },
      { action: "update" },
    ],
  ],
  "what is broken heals as its type says": [
    [
      { row: made, reading: reading({ status: { broken: { code: "c", message: "m", heal: "update" } } }) },
      { action: "update", fields: [{ field: "status" }] },
    ],
    [
      { row: made, reading: reading({ status: { broken: { code: "c", message: "m", heal: "recreate" } } }) },
      { action: "recreate", why: { code: "c" } },
    ],
    [
      { row: made, reading: reading({ status: { broken: { code: "c", message: "m", heal: "none" } } }) },
      { action: "park", why: { code: "c" } },
    ],
    [
      {
        row: made,
        reading: reading({ props: { size: 2 }, status: { broken: { code: "c", message: "m", heal: "none" } } }),
      },
      { action: "update" },
    ],
  ],
  "what was refused for good stays parked until the props change": [
    [
      { row: { ...made, status: "parked", parked: "print", why }, reading: reading({ props: { size: 2 } }) },
      { action: "park", byProps: true, why },
    ],
    [{ row: { parked: "print", why } }, { action: "park", byProps: true, why }],
    [{ row: { ...made, parked: "other", why }, reading: reading({ props: { size: 2 } }) }, { action: "update" }],
  ],
  "what is only observed is left as it is": [
    [
      { row: made, goal: observe, reading: reading({ props: { size: 2 } }) },
      { action: "wait", status: "settled", next: "never" },
    ],
    [
      { row: { ...made, status: "due" }, goal: observe, reading: reading() },
      { action: "wait", status: "due", next: "never" },
    ],
    [
      { row: { ...made, status: "parked", parked: "print", why }, goal: observe, reading: reading() },
      { action: "park", byProps: true, why },
    ],
    [
      { row: made, goal: observe, reading: reading({ status: "changing" }) },
      { action: "wait", status: "changing", next: "poll" },
    ],
  ],
  "what is doomed is deleted": [
    [{ row: made, goal: remove, reading: reading() }, { action: "delete" }],
    [{ row: made, goal: remove, reading: reading(), ownership: "unmarked" }, { action: "delete" }],
    [{ row: made, goal: remove, reading: reading({ status: "changing" }) }, { action: "delete" }],
    [
      { row: { ...made, call: call("delete") }, goal: remove, reading: reading({ status: "changing" }) },
      { action: "wait", status: "changing", why: { code: "deleting" } },
    ],
    [{ row: { ...made, call: call("delete") }, goal: remove, reading: reading() }, { action: "delete" }],
  ],
  "what is gone is searched for once more by its mark, then forgotten": [
    [{ row: { ...made, call: call("delete") }, goal: remove }, { action: "search" }],
    [
      { row: { ...made, id: null, call: call("delete") }, goal: remove },
      { action: "remove", foreign: false },
    ],
    [
      { row: { ...made, twin: true, call: call("delete") }, goal: remove },
      { action: "remove", foreign: false },
    ],
    [
      { row: made, goal: remove },
      { action: "remove", foreign: false },
    ],
    [
      { row: { ...made, id: null, call: call("delete"), created: { at: NOW - 6_000, uncertain: true } }, goal: remove },
      { action: "wait", why: { code: "not_visible_yet" } },
    ],
  ],
}

for (const [rule, cases] of Object.entries(table)) {
  for (const [index, [setting, expected]] of cases.entries()) {
    test(`${rule} (${index + 1})`, () => expect(of(setting)).toMatchObject(expected))
  }
}
