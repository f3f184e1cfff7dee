import type { Drift, ObjectRow } from "./row.ts"

/** Props of a node's object that somebody else changed and a run changed back. */
export interface NodeDrift extends Drift {
  node: string
}

/** How long a drift is reported, ms. Later releases do not end it: they say nothing about who changes what by hand. */
const REPORT_MS = 7 * 24 * 3_600_000

/** Drifts of the last seven days, sorted by node; objects that are being deleted are left out. */
export const recentDrift = (rows: readonly ObjectRow[], now: number): NodeDrift[] =>
  rows
    .flatMap(({ node, drift, doomed }) => (drift && !doomed && isRecentDrift(drift, now) ? [{ node, ...drift }] : []))
    .sort((left, right) => (left.node < right.node ? -1 : 1))

/**
 * Was the drift found within the last seven days? One dated more than seven days ahead is older: the clock was set
 * back.
 */
export const isRecentDrift = ({ at }: Pick<Drift, "at">, now: number): boolean => Math.abs(now - at) < REPORT_MS
