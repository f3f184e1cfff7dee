import { expect, test } from "vitest"
import { retryAfterMs } from "./retry-after.ts"

const now = Date.parse("2030-01-01T00:00:00Z")

test.each([
  [null, 0],
  ["", 0],
  ["soon", 0],
  ["-5", 0],
  ["0", 0],
  ["7", 7_000],
  ["Tue, 01 Jan 2030 00:01:00 GMT", 60_000],
  ["Mon, 31 Dec 2029 00:00:00 GMT", 0],
  ["Tuesday, 01-Jan-30 00:01:00 GMT", 60_000],
  ["Tue Jan  1 00:01:00 2030", 60_000],
  ["2030-01-01T00:01:00Z", 0],
  ["Tue, 01 Jan 2030 00:01:00 +0000", 0],
  ["soon 5000", 0],
  ["99999999999", 3_600_000],
  ["Wed, 01 Jan 2031 00:00:00 GMT", 3_600_000],
])("reads %j as %i ms, and never more than an hour", (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms)
})
