import { expect, test } from "vitest"
import { didYouMean, nearest } from "./nearest.ts"

test.each([
  ["hostlabel", "hostLabel"],
  ["host_label", "hostLabel"],
  ["hsotLabel", "hostLabel"],
  ["wildcardSubdomain", "wildcardSubdomains"],
  ["naem", "name"],
])("finds that %s means %s", (word, meant) => {
  expect(nearest(word, ["name", "hostLabel", "wildcardSubdomains", "streaming"])).toBe(meant)
})

test("finds nothing for a word that is far from all", () => {
  expect(nearest("certificate", ["name", "hostLabel"])).toBeUndefined()
})

test("does not measure words longer than any key", () => {
  expect(nearest("a".repeat(65), ["a".repeat(64)])).toBeUndefined()
})

test("lists what there is when nothing is near", () => {
  expect(didYouMean("zzz", ["api", "web"])).toBe("; known are api, web")
  expect(didYouMean("zzz", [])).toBe("")
})
