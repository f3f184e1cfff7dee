import { graphOf, SECRET_KEY, tiny, tinyCall, tinyRow } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { adoptedRows, forgottenChoices } from "./forgotten.ts"
import { NodeMemory } from "./node-memory.ts"
import type { ObjectRow } from "./row.ts"
import { type StoredRow, upgradeRows } from "./upgrade.ts"

const Thing = tiny("thing")
const row = (changes: Partial<ObjectRow> = {}) =>
  tinyRow(Thing, { id: "address", props: { size: 1 }, created: { at: 1, uncertain: false }, ...changes })
const objectsIn = (choices: Record<string, string>) => adoptedRows(choices).rows.map(({ object }) => object)

describe("what is kept of rows that are forgotten", () => {
  test("counts on from the highest incarnation, of rows and of before", () => {
    const rows = [row({ incarnation: 2 }), row({ incarnation: 3, doomed: true }), row({ node: "api/other" })]
    const choices = { "#incarnation:api/other": "7", "port:db": "9001" }
    const kept = forgottenChoices(rows, choices)
    expect(kept).toMatchObject({ "#incarnation:api/thing": "3" })
    const { incarnations } = new NodeMemory({ ...choices, ...kept })
    expect([...incarnations]).toEqual(
      expect.arrayContaining([
        ["api/thing", 3],
        ["api/other", 7],
      ]),
    )
  })

  test("tells of every object that there may be, whichever it is to its node", () => {
    const rows = [
      row({ object: "obj_serves", served: true }),
      row({ object: "obj_goes", doomed: true }),
      row({ object: "obj_sent", id: null, created: { at: 1, uncertain: true } }),
      row({ object: "obj_starts", id: null, created: null, operation: { value: "op", since: 1 } }),
      row({ object: "obj_blank", id: null, created: null }),
      row({ object: "obj_twin", twin: true }),
    ]
    expect(objectsIn(forgottenChoices(rows, {}))).toEqual(["obj_serves", "obj_goes", "obj_sent", "obj_starts"])
  })

  test("has no address, and nothing that was read or under way", () => {
    const rows = [
      row({
        id: "the-address",
        attributes: { url: "https://the-attribute.example" },
        unmanaged: ["the-entry"],
        operation: { value: "the-operation", since: 1 },
        call: tinyCall("update", { token: "the-token" }),
      }),
    ]
    expect(JSON.stringify(forgottenChoices(rows, {}))).not.toMatch(/the-(address|attribute|entry|operation|token)/)
  })
})

describe("the rows of a deployment that is adopted", () => {
  const before = row({ incarnation: 2, state: { status: "settled", why: null }, served: true, tries: 4, deletes: 2 })

  test("are the objects that there were, as they were last sent", () => {
    const { rows } = adoptedRows(forgottenChoices([before], {}))
    expect(rows).toMatchObject([{ node: "api/thing", incarnation: 2, props: { size: 1 }, served: true, id: null }])
  })

  test("are looked for like those whose create was never answered, each under a token of its own", () => {
    const { rows } = adoptedRows(forgottenChoices([before, { ...before, object: "obj_2" }], {}))
    for (const made of rows)
      expect(made).toMatchObject({
        state: { status: "due" },
        created: { at: 0, uncertain: true },
        call: { verb: "create", open: true, at: 0 },
        tries: 0,
        deletes: 0,
      })
    expect(new Set(rows.map(({ call }) => call?.token)).size).toBe(2)
  })

  test("take the place of what was kept for them, and of nothing else", () => {
    const choices = { "port:db": "9001", "#broken:api/thing": "1", ...forgottenChoices([before], {}) }
    const { dropChoices } = adoptedRows(choices)
    expect(Object.keys(choices).filter((key) => !dropChoices.includes(key))).toEqual([
      "port:db",
      "#broken:api/thing",
      "#incarnation:api/thing",
    ])
    expect(adoptedRows({ "port:db": "9001" })).toEqual({ rows: [], dropChoices: [] })
  })

  test("are of the version that wrote them", () => {
    const { format, state, served, deletes, drift, gatherUntil, yieldsUntil, reserved, ...kept } = before
    const first: StoredRow = {
      ...kept,
      dependencies: ["obj_2"],
      parts: {},
      call: null,
      operation: null,
      status: "parked",
      why: { code: "denied", message: "no" },
      parked: "print",
      reservedAt: 5,
    }
    const [made] = adoptedRows(forgottenChoices([first], {})).rows
    expect(made).toMatchObject({ status: "due", why: null, parked: null, dependencies: ["obj_2"], id: null })
    expect(made).not.toHaveProperty("state")
    const graph = graphOf((wanted) => void wanted.add(Thing, "api/thing", { size: 1 }))
    const scope = { graph, types: new Map([[Thing.type, Thing]]), secretKey: SECRET_KEY, now: 1 }
    expect(made && upgradeRows([made], scope)[0]).toMatchObject({
      format: 2,
      state: { status: "due" },
      call: { open: true, previous: { dependencies: {} } },
      dependencies: { obj_2: "use" },
    })
  })
})
