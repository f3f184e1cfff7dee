import { expect, test } from "vitest"
import { ago } from "./ago.ts"

const now = Date.parse("2030-03-01T00:00:00Z")

test.each([
  [5_000, "just now"],
  [-60_000, "just now"],
  [59_999, "59 s ago"],
  [60_000, "1 min ago"],
  [3_599_999, "59 min ago"],
  [47 * 3_600_000, "47 h ago"],
  [48 * 3_600_000, "2 d ago"],
  [61 * 86_400_000, "2029-12-30"],
])("%i ms ago is short, so it is %s", (age, expected) => {
  expect(ago(new Date(now - age).toISOString(), now)).toBe(expected)
})
