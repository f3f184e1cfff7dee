import fc from "fast-check"
import { expect, test } from "vitest"
import { dnsLabel, fitName } from "./names.ts"

test.each([
  ["Api", "api"],
  ["my_api", "my-api"],
])("makes %s the label %s", (id, label) => {
  expect(dnsLabel(id)).toBe(label)
})

test("makes a DNS label of any resource id", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (id) => {
      expect(dnsLabel(id)).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
    }),
  )
})

test("gives different labels to ids that differ in what is cut off", () => {
  expect(dnsLabel("-api")).not.toBe(dnsLabel("api"))
  expect(dnsLabel(`${"a".repeat(63)}b`)).not.toBe(dnsLabel(`${"a".repeat(63)}c`))
})

test("keeps a name that fits, and marks one that was cut", () => {
  expect(fitName("short", 10)).toBe("short")
  expect(fitName("much-too-long", 12)).toMatch(/^muc-[0-9a-f]{8}$/)
})
