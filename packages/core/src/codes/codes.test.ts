import { describe, expect, test } from "vitest"
import { AlienError, problem } from "../error.ts"
import { AREAS, actorOf, codes, exitCodeOf, factsOf, httpStatusOf, isCode, isRetryable } from "./codes.ts"

describe("the table of codes", () => {
  test("has each code in one area, in lower snake case", () => {
    const all = AREAS.flatMap((area) => Object.keys(area))
    expect(all.filter((code, index) => all.indexOf(code) !== index)).toEqual([])
    expect(all.filter((code) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(code))).toEqual([])
    expect(codes()).toEqual(all.sort())
  })

  test("says of each what it means and what to do, in whole sentences", () => {
    const texts = codes().flatMap((code) => [factsOf(code).means, factsOf(code).fix])
    expect(texts.filter((text) => !/^(?:[A-Z`]|cargo|esbuild).*[.)]$/s.test(text))).toEqual([])
  })

  test("says the same of a code wherever it is asked", () => {
    expect([actorOf("quota"), actorOf("throttled"), actorOf("denied"), actorOf("usage_invalid")]).toEqual([
      ...["provider", "provider", "customer", undefined],
    ])
    expect([httpStatusOf("not_found"), httpStatusOf("lease_lost"), httpStatusOf("stack_not_supported")]).toEqual([
      ...[404, 500, 422],
    ])
    expect([exitCodeOf("url_waiting"), exitCodeOf("not_found"), exitCodeOf("name_taken")]).toEqual([3, 4, 1])
    expect([isRetryable("throttled"), isRetryable("denied")]).toEqual([true, false])
  })

  test.each(["of_a_newer_version", "toString", "__proto__", "constructor", ""])(
    "knows nothing of a code from outside, and does not fail: %o",
    (code) => {
      expect([isCode(code), factsOf(code), actorOf(code), isRetryable(code)]).toEqual([
        ...[false, undefined, undefined, false],
      ])
      expect([httpStatusOf(code), exitCodeOf(code)]).toEqual([500, 1])
    },
  )
})

test("an error may succeed again where its code says so, unless the place knows better", () => {
  expect(problem("throttled", { message: "" }).retryable).toBe(true)
  expect(problem("throttled", { message: "", retryable: false }).retryable).toBe(false)
  expect(problem("denied", { message: "" }).retryable).toBe(false)
  expect(new AlienError("of_a_newer_version", { message: "" }).retryable).toBe(false)
})
