import { AlienError, problem } from "@alienplatform/core/error"
import { describe, expect, test } from "vitest"
import { exitCodeOf } from "./exit-code.ts"

describe("exitCodeOf", () => {
  test.each([
    ["usage_invalid", 2],
    ["confirmation_required", 2],
    ["url_waiting", 3],
    ["setting_not_supported", 2],
    ["deployment_not_found", 4],
    ["manager_unreachable", 5],
    ["interrupted", 130],
    ["wait_timeout", 1],
  ] as const)("for a code of the command it stands in the table: %s gives %i", (code, exit) => {
    expect(exitCodeOf(problem(code, { message: "" }))).toBe(exit)
  })

  test.each([
    ["request_invalid", 2],
    ["stack_invalid", 2],
    ["unauthorized", 4],
    ["forbidden", 4],
    ["not_found", 4],
    ["name_taken", 1],
    ["store_unavailable", 5],
  ] as const)("for a code of the manager it follows the HTTP status: %s gives %i", (code, exit) => {
    expect(exitCodeOf(problem(code, { message: "" }))).toBe(exit)
  })

  test("anything else is a failure, so it is 1", () => {
    for (const thrown of [new Error("boom"), "boom", new AlienError("of_a_newer_manager", { message: "" })])
      expect(exitCodeOf(thrown)).toBe(1)
  })
})
