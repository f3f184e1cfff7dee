import type { Drift, ObjectRow } from "./row.ts"

/** What somebody else changed of a node's object, and a run changed back. */
export interface NodeDrift extends Drift {
  node: string
}

/** For how long it is told of, ms: other releases do not end it, because they say nothing of who changes what by hand. */
const REPORT_MS = 7 * 24 * 3_600_000

/** Of the objects that stay, by node: what was found within the last seven days. */
export const recentDrift = (rows: readonly ObjectRow[], now: number): NodeDrift[] =>
  rows
    .flatMap(({ node, drift, doomed }) => (drift && !doomed && isRecentDrift(drift, now) ? [{ node, ...drift }] : []))
    .sort((left, right) => (left.node < right.node ? -1 : 1))

/** Told of for seven days. What is more than that ahead was found before the clock was set back. */
export const isRecentDrift = ({ at }: Pick<Drift, "at">, now: number): boolean => Math.abs(now - at) < REPORT_MS
