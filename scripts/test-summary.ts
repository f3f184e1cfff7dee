/** Members of Vitest's JSON report that are counted. */
export interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: readonly { status: string; assertionResults: readonly { status: string }[] }[]
}

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/**
 * Counts tests. A file that fails without a failing test (it cannot be loaded, a hook fails) counts as one failure; so
 * does a run that fails with none at all (an unhandled rejection).
 */
export function countTests(report: VitestReport, exit: number): Counts {
  const files = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  )
  const failed = report.numFailedTests + files.length
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exit !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

export const summaryLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`

/**
 * Decides whether a run failed, and why. In CI a skipped system test is a failure: there everything that it needs is
 * installed.
 */
export function verdict(
  { failed, skipped }: Counts,
  { exit, system, ci }: { exit: number; system: boolean; ci: boolean },
): { failed: boolean; reasons: string[] } {
  const reasons = system && ci && skipped > 0 ? [`${skipped} system tests were skipped; in CI all of them run`] : []
  return { failed: exit !== 0 || failed > 0 || reasons.length > 0, reasons }
}
