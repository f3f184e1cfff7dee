import { FOREIGN_OWNER, IDENTITY, markOf, tiny, tinyCall, tinyRow } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineLookup } from "../declare/define-node.ts"
import type { Owner } from "../declare/reading.ts"
import { markedNode, ownerOf, ownership, sameOwner } from "./owner.ts"
import type { Call, ObjectRow } from "./row.ts"

const Created = tiny("created")
const Later = tiny("later", { mark: "later" })
const Never = tiny("never", { identity: { by: "parent", of: "to", key: ["key"] } })

const NAME = "tiny-api-thing"
const call = ({ verb = "create", ...changes }: Partial<Call> = {}) => tinyCall(verb, { open: true, ...changes })

const whose = (
  type: typeof Created,
  row: Partial<ObjectRow>,
  { id = NAME, owner, parentIsOurs = false }: { id?: string; owner?: Owner; parentIsOurs?: boolean } = {},
) =>
  ownership(
    type,
    tinyRow(type, row),
    { id, props: {}, attributes: {}, owner, status: "settled" },
    IDENTITY,
    parentIsOurs,
  )

describe("the mark", () => {
  test("is installation, deployment, node and incarnation", () => {
    expect(ownerOf({ node: "api/thing", incarnation: 2 }, IDENTITY)).toEqual({
      ...IDENTITY,
      node: "api/thing",
      incarnation: 2,
    })
  })

  test("of ours decides for us, without any record", () => {
    expect(whose(Created, {}, { owner: markOf("api/thing") })).toBe("ours")
  })

  for (const [what, owner] of Object.entries({
    installation: { ...markOf("api/thing"), installation: "ins_other" },
    deployment: FOREIGN_OWNER,
    node: markOf("api/other"),
    incarnation: markOf("api/thing", 2),
  }))
    test(`of another ${what} refuses, even at our recorded address or after our open create`, () => {
      for (const type of [Created, Later, Never]) {
        expect(whose(type, { id: NAME }, { owner, parentIsOurs: true })).toBe("foreign")
        expect(whose(type, { call: call() }, { owner, parentIsOurs: true })).toBe("foreign")
      }
    })
})

describe("the mark of a long node id", () => {
  const long = `api/host/${"x".repeat(60)}.example`

  test("is cut and digested, and no other node's", () => {
    expect(markedNode("api/thing")).toBe("api/thing")
    expect(markedNode("x".repeat(63))).toHaveLength(63)
    expect(markedNode(`${long}.com`)).toMatch(/^api\/host\/x+-[0-9a-f]{8}$/)
    expect(markedNode(`${long}.com`)).toHaveLength(63)
    expect(markedNode(`${long}.com`)).not.toBe(markedNode(`${long}.org`))
    expect(ownerOf({ node: `${long}.com`, incarnation: 1 }, IDENTITY).node).toBe(markedNode(`${long}.com`))
  })

  test("is ours whether the cloud kept it whole or cut", () => {
    const whole = markOf(`${long}.com`)
    expect(sameOwner(whole, { ...whole, node: markedNode(whole.node) })).toBe(true)
    expect(sameOwner(whole, markOf(`${long}.org`))).toBe(false)
  })
})

describe("without a mark", () => {
  test("our recorded address is ours, and wants its mark again", () => {
    expect(whose(Created, { id: NAME })).toBe("unmarked")
    expect(whose(Later, { id: NAME })).toBe("unmarked")
    expect(whose(Created, { id: "another" })).toBe("foreign")
  })

  test("our recorded address is ours as it is, where the mark cannot be written again", () => {
    const { update: _, ...fixed } = tiny("fixed")
    for (const type of [tiny("once", { remark: false }), fixed]) {
      expect(whose(type, { id: NAME })).toBe("ours")
      expect(whose(type, { id: "another" })).toBe("foreign")
    }
  })

  test("our name alone proves nothing for a type that is marked in create", () => {
    expect(whose(Created, {})).toBe("foreign")
    expect(whose(Created, { call: call() })).toBe("foreign")
  })

  test("a type that is marked later is ours by an open create and our exact name", () => {
    expect(whose(Later, { call: call() })).toBe("unmarked")
    expect(whose(Later, { call: call() }, { id: `projects/x/${NAME}` })).toBe("unmarked")
    expect(whose(Later, { call: call() }, { id: `${NAME}-2` })).toBe("foreign")
    expect(whose(Later, { call: call() }, { id: `other-${NAME}` })).toBe("foreign")
    expect(whose(Later, { call: call({ open: false }) })).toBe("foreign")
    expect(whose(Later, { call: call({ verb: "update" }) })).toBe("foreign")
    expect(whose(Later, {})).toBe("foreign")
  })

  test("an open create that collided at once was not ours, one that was repeated may be", () => {
    expect(whose(Later, { call: call({ collided: true }) })).toBe("foreign")
    expect(whose(Later, { call: call({ collided: true, repeated: true }) })).toBe("unmarked")
  })
})

describe("an object that can carry no mark", () => {
  test("is its parent's", () => {
    expect(whose(Never, {}, { id: "parent/x", parentIsOurs: true })).toBe("ours")
    expect(whose(Never, {}, { id: "parent/x" })).toBe("foreign")
  })

  test("inside a customer's parent is ours by recorded address, or by our name after our create", () => {
    expect(whose(Never, { id: "zone/x" }, { id: "zone/x" })).toBe("ours")
    expect(whose(Never, { call: call() }, { id: `zone/${NAME}` })).toBe("ours")
    expect(whose(Never, {}, { id: `zone/${NAME}` })).toBe("foreign")
    expect(whose(Never, { call: call() }, { id: "zone/x" })).toBe("foreign")
  })
})

test("a lookup is never refused: it belongs to somebody else anyway", () => {
  const Found = defineLookup<object, object, object>({
    type: "tiny.found",
    permissions: { read: [] },
    read: async () => undefined,
  })
  const reading = { id: "x", props: {}, attributes: {}, owner: FOREIGN_OWNER, status: "settled" as const }
  expect(ownership(Found, tinyRow(Found), reading, IDENTITY, false)).toBe("ours")
})
