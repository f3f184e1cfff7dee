import { tiny } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import { defineBorrowed, defineGate, defineLookup } from "../declare/define-node.ts"
import {
  answeredCall,
  type DecideCase,
  decisionIn,
  deleteGoal,
  existingRow,
  NamedType,
  NOW,
  observeGoal,
} from "./decided.fixture.ts"

const why = { code: "denied", message: "no" }
const waits = (code: string, status = "changing") => ({ action: "wait", state: { status, why: { code } } })
const justMade = { ...existingRow, id: null, created: { at: NOW - 1_000, uncertain: false } }
const lookup = { type: "tiny.found", permissions: { read: [] }, read: async () => undefined }
const Found = defineLookup<object, object, object>(lookup)
const Gate = defineGate<object, object, object>(lookup)
const Theirs = defineBorrowed<{ entries: object }, object, object>({
  ...lookup,
  parts: "entries",
  update: async () => {},
})
const refused = (fingerprint: string | null, retryAt: number | null = null) =>
  ({ status: "parked", why, refused: { fingerprint, retryAt } }) as const

/** Cases by the check that decides them. */
const table: Record<string, [DecideCase, object][]> = {
  "a lookup that found nothing waits for a person, or is forgotten": [
    [{ type: Found }, { ...waits("not_found", "waiting"), next: "person" }],
    [{ type: Gate }, { ...waits("not_found", "waiting"), next: "person" }],
    [
      { type: Found, goal: deleteGoal },
      { action: "remove", event: "forgotten" },
    ],
  ],
  "what is gone is searched for once more by its mark, where only that tells it from others": [
    [{ row: { ...existingRow, call: answeredCall("delete") }, goal: deleteGoal }, { action: "search" }],
    [
      { row: { ...existingRow, call: answeredCall("delete", { open: true, at: NOW - 61_000 }) }, goal: deleteGoal },
      { action: "search" },
    ],
    [{ row: existingRow, goal: deleteGoal }, { action: "search" }],
    [
      { row: { ...existingRow, id: null, call: answeredCall("delete") }, goal: deleteGoal },
      { action: "remove", event: "deleted" },
    ],
    [
      { row: { ...existingRow, twin: true, call: answeredCall("delete") }, goal: deleteGoal },
      { action: "remove", event: "deleted" },
    ],
    [
      { type: NamedType, row: { ...existingRow, call: answeredCall("delete") }, goal: deleteGoal },
      { action: "remove", event: "deleted" },
    ],
  ],
  "what was deleted is gone at once, unless an unanswered create may still land": [
    [
      {
        type: NamedType,
        row: { ...existingRow, call: answeredCall("delete"), created: { at: NOW, uncertain: false } },
        goal: deleteGoal,
      },
      { action: "remove", event: "deleted" },
    ],
    [
      {
        type: NamedType,
        row: { ...existingRow, call: answeredCall("delete"), created: { at: NOW, uncertain: true } },
        goal: deleteGoal,
      },
      waits("not_visible_yet"),
    ],
    [
      {
        row: { ...existingRow, id: null, call: answeredCall("delete"), created: { at: NOW - 6_000, uncertain: true } },
        goal: deleteGoal,
      },
      waits("not_visible_yet"),
    ],
    [
      {
        row: { ...existingRow, twin: true, call: answeredCall("delete"), created: { at: NOW, uncertain: true } },
        goal: deleteGoal,
      },
      { action: "remove", event: "deleted" },
    ],
  ],
  "a miss right after a create proves nothing, whatever is wanted": [
    [{ row: justMade }, { ...waits("not_visible_yet"), next: "poll" }],
    [{ row: justMade, goal: deleteGoal }, waits("not_visible_yet")],
    [{ row: justMade, goal: observeGoal }, waits("not_visible_yet")],
    [{ row: { ...justMade, id: "there" } }, waits("not_visible_yet")],
    [{ row: { ...justMade, created: { at: NOW - 5_000, uncertain: false } } }, { action: "create" }],
  ],
  "a miss after a create that nobody answered proves nothing until its request is over": [
    [{ row: { ...justMade, created: { at: NOW - 64_999, uncertain: true } } }, waits("not_visible_yet")],
    [{ row: { ...justMade, created: { at: NOW - 65_000, uncertain: true } } }, { action: "create" }],
  ],
  "a create that finds itself is repeated after its timeout": [
    [
      {
        type: NamedType,
        row: {
          created: { at: NOW - 61_000, uncertain: true },
          call: answeredCall("create", { open: true, at: NOW - 61_000 }),
        },
      },
      { action: "create" },
    ],
    [
      {
        row: {
          created: { at: NOW - 61_000, uncertain: true },
          call: answeredCall("create", { open: true, at: NOW - 61_000 }),
        },
      },
      waits("not_visible_yet"),
    ],
    [
      {
        type: NamedType,
        goal: deleteGoal,
        row: {
          created: { at: NOW - 61_000, uncertain: true },
          call: answeredCall("create", { open: true, at: NOW - 61_000 }),
        },
      },
      waits("not_visible_yet"),
    ],
  ],
  "what is not there need not be deleted": [
    [
      { type: NamedType, row: existingRow, goal: deleteGoal },
      { action: "remove", event: "deleted" },
    ],
    [
      { row: { ...existingRow, id: null }, goal: deleteGoal },
      { action: "remove", event: "deleted" },
    ],
    [
      { row: existingRow, goal: { kind: "delete", detach: true } },
      { action: "remove", event: "detached" },
    ],
    [
      { type: NamedType, row: { ...existingRow, state: refused(null) }, goal: deleteGoal },
      { action: "remove", event: "deleted" },
    ],
  ],
  "what is gone while it is only observed is not made": [
    [
      { row: existingRow, goal: observeGoal },
      { ...waits("missing", "due"), next: "never" },
    ],
    [
      { row: existingRow, goal: { kind: "observe", why: { code: "waits_for", message: "m" } } },
      { ...waits("waits_for", "due"), next: "never" },
    ],
  ],
  "what is missing at its address is searched for before it is made again": [
    [{ row: existingRow }, { action: "search" }],
    [{ type: NamedType, row: { ...existingRow, state: refused("print") } }, { action: "search" }],
  ],
  "what was refused is not created again before other props are wanted or its time has come": [
    [{ row: { state: refused("print") } }, { action: "park", next: "never", state: refused("print") }],
    [{ row: { state: refused("other") } }, { action: "create" }],
    [{ row: { state: refused("print", NOW + 1) } }, { action: "park", next: NOW + 1 }],
    [{ row: { state: refused("print", NOW) } }, { action: "create" }],
    [{ row: { state: { status: "parked", why, refused: null } } }, { action: "create" }],
  ],
  "a customer's object that is gone is not made": [
    [{ type: Theirs }, { ...waits("not_found", "waiting"), next: "person" }],
    [
      { type: Theirs, goal: deleteGoal },
      { action: "remove", event: "deleted" },
    ],
  ],
  "what does not exist is created": [
    [{}, { action: "create", reasons: ["it does not exist"] }],
    [{ row: { ...existingRow, id: null } }, { action: "create", reasons: ["it is not there any more"] }],
    [{ type: tiny("child", { identity: { by: "parent", of: "to", key: ["key"] } }) }, { action: "create" }],
  ],
}

for (const [rule, cases] of Object.entries(table))
  for (const [index, [setting, expected]] of cases.entries())
    test(`${rule} (${index + 1})`, () => expect(decisionIn(setting)).toMatchObject(expected))
