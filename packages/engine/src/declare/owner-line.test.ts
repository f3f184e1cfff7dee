import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ownerFromLine, ownerLine } from "./owner-line.ts"

const owner = {
  installation: "ins_abc123",
  deployment: "dep_xyz789",
  node: "api/host/hooks.example.com",
  incarnation: 12,
}

describe("a mark in a description", () => {
  test("is one line that reads back", () => {
    expect(ownerLine(owner)).toBe("alien: ins_abc123 dep_xyz789 api/host/hooks.example.com #12")
    expect(ownerFromLine(ownerLine(owner))).toEqual(owner)
  })

  test("is found whatever else the description says", () => {
    expect(ownerFromLine(`Made for the shop.\n${ownerLine(owner)}\nDo not touch.`)).toEqual(owner)
    expect(ownerFromLine(`made by (${ownerLine(owner)})`)).toEqual(owner)
  })

  test("is none where nobody wrote one", () => {
    for (const text of [
      undefined,
      "",
      "a description",
      "alien: ins_abc123",
      "alien: ins_abc123 dep_xyz789 #1",
      "alien: ins_abc123 dep_xyz789 api/thing",
      "alien: ins_abc123 dep_xyz789 api/thing #0",
      "alien: dep_xyz789 ins_abc123 api/thing #1",
      "alien: INS_ABC dep_xyz789 api/thing #1",
      "notalien: ins_abc123 dep_xyz789 api/thing #1",
    ])
      expect(ownerFromLine(text)).toBeUndefined()
  })

  test("reads back for every owner that there can be, in every description", () => {
    const id = (prefix: string) =>
      fc
        .array(fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyz"), { minLength: 16, maxLength: 16 })
        .map((letters) => `${prefix}_${letters.join("")}`)
    const node = fc
      .array(fc.constantFrom(..."abcxyz0189-_.*/#"), { minLength: 1, maxLength: 60 })
      .map((letters) => letters.join(""))
    const one = fc.record({
      installation: id("ins"),
      deployment: id("dep"),
      node,
      incarnation: fc.integer({ min: 1, max: 99_999 }),
    })
    fc.assert(
      fc.property(one, fc.string(), fc.string(), (owner, before, after) => {
        fc.pre(ownerFromLine(before) === undefined && ownerFromLine(after) === undefined)
        expect(ownerFromLine(`${before}\n${ownerLine(owner)}\n${after}`)).toEqual(owner)
      }),
    )
  })
})
