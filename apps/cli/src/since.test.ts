import { expect, test } from "vitest"
import { parseSince } from "./since.ts"

const now = Date.parse("2030-01-02T00:00:00Z")

test.each([
  [undefined, {}],
  ["10m", { after: now - 600_000 }],
  ["1d", { after: now - 86_400_000 }],
  ["2030-01-01T12:00Z", { after: Date.parse("2030-01-01T12:00:00Z") }],
  ["eyJhIjoxfQ.abcdef", { cursor: "eyJhIjoxfQ.abcdef" }],
])("%s is understood, and it is an age, a time or a cursor", (text, expected) => {
  expect(parseSince(text, now)).toEqual(expected)
})

test.each(["", "ten minutes", "10", "2030-13-45"])("%j is nothing of it, so it is refused", (text) => {
  expect(() => parseSince(text, now)).toThrow(expect.objectContaining({ code: "usage_invalid" }))
})
