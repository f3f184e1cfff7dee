import { problem } from "@alienplatform/core/error"
import { describe, expect, test } from "vitest"
import { exitCodeOf } from "./exit-code.ts"

describe("exitCodeOf", () => {
  test.each([
    ["usage_invalid", 2],
    ["confirmation_required", 2],
    ["url_waiting", 3],
    ["exposure_not_supported", 2],
    ["deployment_not_found", 4],
    ["manager_unreachable", 5],
    ["interrupted", 130],
    ["wait_timeout", 1],
  ])("for a code of the command it is in its own table: %s gives %i", async (code, exit) => {
    expect(await exitCodeOf(problem(code, { message: "" }))).toBe(exit)
  })

  test.each([
    ["request_invalid", 2],
    ["stack_invalid", 2],
    ["unauthorized", 4],
    ["forbidden", 4],
    ["not_found", 4],
    ["name_taken", 1],
    ["store_unavailable", 5],
  ])("for a code of the manager it follows the HTTP status: %s gives %i", async (code, exit) => {
    expect(await exitCodeOf(problem(code, { message: "" }))).toBe(exit)
  })

  test("anything else is a failure, so it is 1", async () => {
    expect(await exitCodeOf(new Error("boom"))).toBe(1)
    expect(await exitCodeOf("boom")).toBe(1)
  })
})
