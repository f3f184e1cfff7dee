import { describe, expect, test } from "vitest"
import { countTests, summaryLine, type VitestReport, verdict } from "./test-summary.ts"

const report = (changes: Partial<VitestReport> = {}): VitestReport => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...changes,
})

describe("the sum of a test run: it", () => {
  test("names passed and failed alone, and skipped when there are some", () => {
    expect(summaryLine(countTests(report(), 0))).toBe("3 passed, 0 failed")
    expect(summaryLine(countTests(report({ numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }), 1))).toBe(
      "3 passed, 2 failed, 2 skipped",
    )
  })

  test("counts a file that fails without a failing test", () => {
    const failedTest = { status: "failed", assertionResults: [{ status: "failed" }] }
    const failedFile = { status: "failed", assertionResults: [{ status: "passed" }] }
    expect(countTests(report({ numFailedTests: 1, testResults: [failedTest, failedFile] }), 1).failed).toBe(2)
  })

  test("is never without a failure when the run failed", () => {
    expect(countTests(report(), 1).failed).toBe(1)
  })

  test("fails on skipped system tests in CI only", () => {
    const counts = { passed: 1, failed: 0, skipped: 1 }
    expect(verdict(counts, { exit: 0, system: true, ci: true })).toMatchObject({
      failed: true,
      reasons: [expect.stringContaining("1 system test")],
    })
    expect(verdict(counts, { exit: 0, system: true, ci: false }).failed).toBe(false)
    expect(verdict(counts, { exit: 0, system: false, ci: true }).failed).toBe(false)
    expect(verdict({ ...counts, failed: 1 }, { exit: 0, system: false, ci: false }).failed).toBe(true)
  })
})
