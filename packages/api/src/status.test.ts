import { expect, test } from "vitest"
import { apiCodes, statusOf } from "./status.ts"

test("knows every code that the API answers with", () => {
  expect(apiCodes().every((code) => statusOf(code) >= 400 && statusOf(code) !== 500)).toBe(true)
  expect(statusOf("not_found")).toBe(404)
})

test("counts a code that it does not know, or that only looks like one, as a fault of the manager", () => {
  for (const code of ["lease_lost", "internal_error", "toString", "__proto__", ""]) expect(statusOf(code)).toBe(500)
})
