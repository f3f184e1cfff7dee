import { tiny } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import { defineBorrowed, defineGate, defineLookup } from "../declare/define-node.ts"
import { call, decided, made, Named, NOW, observe, remove, type Setting } from "./decided.fixture.ts"

const why = { code: "denied", message: "no" }
const waits = (code: string, status = "changing") => ({ action: "wait", state: { status, why: { code } } })
const justMade = { ...made, id: null, created: { at: NOW - 1_000, uncertain: false } }
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

/** By the check that has the answer. */
const table: Record<string, [Setting, object][]> = {
  "a lookup that found nothing waits for a person, or is forgotten": [
    [{ type: Found }, { ...waits("not_found", "waiting"), next: "person" }],
    [{ type: Gate }, { ...waits("not_found", "waiting"), next: "person" }],
    [
      { type: Found, goal: remove },
      { action: "remove", event: "forgotten" },
    ],
  ],
  "what is gone is searched for once more by its mark, where only that tells it from others": [
    [{ row: { ...made, call: call("delete") }, goal: remove }, { action: "search" }],
    [{ row: { ...made, call: call("delete", { open: true, at: NOW - 61_000 }) }, goal: remove }, { action: "search" }],
    [{ row: made, goal: remove }, { action: "search" }],
    [
      { row: { ...made, id: null, call: call("delete") }, goal: remove },
      { action: "remove", event: "deleted" },
    ],
    [
      { row: { ...made, twin: true, call: call("delete") }, goal: remove },
      { action: "remove", event: "deleted" },
    ],
    [
      { type: Named, row: { ...made, call: call("delete") }, goal: remove },
      { action: "remove", event: "deleted" },
    ],
  ],
  "what was deleted is gone at once, unless an unanswered create may still land": [
    [
      { type: Named, row: { ...made, call: call("delete"), created: { at: NOW, uncertain: false } }, goal: remove },
      { action: "remove", event: "deleted" },
    ],
    [
      { type: Named, row: { ...made, call: call("delete"), created: { at: NOW, uncertain: true } }, goal: remove },
      waits("not_visible_yet"),
    ],
    [
      { row: { ...made, id: null, call: call("delete"), created: { at: NOW - 6_000, uncertain: true } }, goal: remove },
      waits("not_visible_yet"),
    ],
    [
      {
        row: { ...made, twin: true, call: call("delete"), created: { at: NOW, uncertain: true } },
        goal: remove,
      },
      { action: "remove", event: "deleted" },
    ],
  ],
  "a miss right after a create proves nothing, whatever is wanted": [
    [{ row: justMade }, { ...waits("not_visible_yet"), next: "poll" }],
    [{ row: justMade, goal: remove }, waits("not_visible_yet")],
    [{ row: justMade, goal: observe }, waits("not_visible_yet")],
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
        type: Named,
        row: { created: { at: NOW - 61_000, uncertain: true }, call: call("create", { open: true, at: NOW - 61_000 }) },
      },
      { action: "create" },
    ],
    [
      {
        row: { created: { at: NOW - 61_000, uncertain: true }, call: call("create", { open: true, at: NOW - 61_000 }) },
      },
      waits("not_visible_yet"),
    ],
    [
      {
        type: Named,
        goal: remove,
        row: { created: { at: NOW - 61_000, uncertain: true }, call: call("create", { open: true, at: NOW - 61_000 }) },
      },
      waits("not_visible_yet"),
    ],
  ],
  "what is not there need not be deleted": [
    [
      { type: Named, row: made, goal: remove },
      { action: "remove", event: "deleted" },
    ],
    [
      { row: { ...made, id: null }, goal: remove },
      { action: "remove", event: "deleted" },
    ],
    [
      { row: made, goal: { kind: "delete", detach: true } },
      { action: "remove", event: "detached" },
    ],
    [
      { type: Named, row: { ...made, state: refused(null) }, goal: remove },
      { action: "remove", event: "deleted" },
    ],
  ],
  "what is gone while it is only observed is not made": [
    [
      { row: made, goal: observe },
      { ...waits("missing", "due"), next: "never" },
    ],
    [
      { row: made, goal: { kind: "observe", why: { code: "waits_for", message: "m" } } },
      { ...waits("waits_for", "due"), next: "never" },
    ],
  ],
  "what is missing at its address is searched for before it is made again": [
    [{ row: made }, { action: "search" }],
    [{ type: Named, row: { ...made, state: refused("print") } }, { action: "search" }],
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
      { type: Theirs, goal: remove },
      { action: "remove", event: "deleted" },
    ],
  ],
  "what does not exist is created": [
    [{}, { action: "create", reasons: ["it does not exist"] }],
    [{ row: { ...made, id: null } }, { action: "create", reasons: ["it is not there any more"] }],
    [{ type: tiny("child", { identity: { by: "parent", of: "to", key: ["key"] } }) }, { action: "create" }],
  ],
}

for (const [rule, cases] of Object.entries(table))
  for (const [index, [setting, expected]] of cases.entries())
    test(`${rule} (${index + 1})`, () => expect(decided(setting)).toMatchObject(expected))
