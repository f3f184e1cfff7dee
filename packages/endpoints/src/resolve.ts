import type { HostPlan, ObjectRow, ProbePlan } from "@alienplatform/engine"
import { Ref } from "@alienplatform/engine"

/** The rows of a node that are wanted or still serve, newest first. */
export const livingRows = (node: string, rows: readonly ObjectRow[]): ObjectRow[] =>
  rows
    .filter((row) => row.node === node && !row.doomed && !row.twin)
    .sort((left, right) => right.incarnation - left.incarnation)

/**
 * The value of a reference: the attribute of the node's newest row that is not doomed. While that one has not got it
 * yet, the value of the one it replaces holds, so that an update never makes a host unknown.
 */
function attributeOf(ref: Ref<unknown>, rows: readonly ObjectRow[]): unknown {
  for (const row of livingRows(ref.node, rows)) {
    const value = row.attributes[ref.attribute]
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

/** A name given by the plan or by an object; undefined while it is unknown or no name. */
export function resolveText(value: string | Ref<string>, rows: readonly ObjectRow[]): string | undefined {
  const known = value instanceof Ref ? attributeOf(value, rows) : value
  return typeof known === "string" && known !== "" ? known : undefined
}

/** A port given by the plan or by an object; undefined while it is unknown or no port. */
export function resolvePort(value: number | Ref<number>, rows: readonly ObjectRow[]): number | undefined {
  const known = value instanceof Ref ? attributeOf(value, rows) : value
  return typeof known === "number" && Number.isInteger(known) && known >= 1 && known <= 65535 ? known : undefined
}

export const resolveHost = (plan: HostPlan, rows: readonly ObjectRow[]): string | undefined =>
  resolveText(plan.host, rows)?.toLowerCase()

export function resolveConnect(
  { connect }: ProbePlan,
  rows: readonly ObjectRow[],
): { address: string; port: number } | undefined {
  const address = resolveText(connect.address, rows)
  const port = resolvePort(connect.port, rows)
  return address === undefined || port === undefined ? undefined : { address, port }
}
