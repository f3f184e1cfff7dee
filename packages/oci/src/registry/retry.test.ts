import { expect, test } from "vitest"
import { retryAfterMs } from "./retry.ts"

test.each([
  ["7", 7000],
  ["Tue, 01 Jan 2030 00:00:05 GMT", 5000],
  ["Tue, 01 Jan 2019 00:00:05 GMT", 0],
  ["soon", undefined],
  [undefined, undefined],
])("Retry-After: it reads %s", (header, expected) => {
  expect(retryAfterMs(header, Date.parse("2030-01-01T00:00:00Z"))).toBe(expected)
})
