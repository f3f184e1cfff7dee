import { problem } from "@alienplatform/core"
import type { Code } from "@alienplatform/core/codes"
import { describe, expect, test } from "vitest"
import { isCuredByTime, reasonOf, toCallError } from "./call-error.ts"

describe("what a verb throws", () => {
  test("is taken as it is where it says its outcome", () => {
    const refused = problem("denied", { message: "no", outcome: "refused", part: "a" })
    expect(toCallError(refused)).toBe(refused)
  })

  test("may have taken effect where it does not say so", () => {
    const error = problem("unavailable", { message: "later", retryable: true, part: "a" })
    expect(toCallError(error)).toMatchObject({
      code: "unavailable",
      message: "later",
      retryable: true,
      outcome: "unknown",
      part: "a",
    })
    expect(toCallError(error).cause).toBe(error)
  })

  test("is a provider's error where it is no error of ours", () => {
    const error = new Error("socket hang up")
    expect(toCallError(error)).toMatchObject({
      code: "provider_error",
      message: "socket hang up",
      retryable: true,
      outcome: "unknown",
    })
    expect(toCallError(error).cause).toBe(error)
    expect(toCallError("just text").message).toBe("just text")
    for (const odd of [undefined, null, {}, 7, "", new Error("")]) {
      expect(toCallError(odd)).toMatchObject({ code: "provider_error", outcome: "unknown" })
      expect(toCallError(odd).message).not.toBe("")
    }
  })
})

describe("a reason", () => {
  test("waits as for a person where the customer acts or time cures it", () => {
    const reason = (code: Code) => reasonOf(problem(code, { message: "m" }))
    expect(reason("denied")).toEqual({ code: "denied", message: "m", on: "person" })
    expect(reason("throttled")).toEqual({ code: "throttled", message: "m" })
    expect(reason("quota")).toEqual({ code: "quota", message: "m", on: "person" })
    expect(reason("invalid")).toEqual({ code: "invalid", message: "m" })
  })

  test("that time or somebody elsewhere may cure is told from others", () => {
    const cured = (code: Code) => isCuredByTime(problem(code, { message: "m" }))
    expect((["denied", "quota", "image_unavailable"] as const).map(cured)).toEqual([true, true, true])
    expect((["invalid", "name_taken", "throttled"] as const).map(cured)).toEqual([false, false, false])
  })
})
