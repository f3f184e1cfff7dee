import { canonicalJson, hashOf } from "@alienplatform/core"
import type { Decision, Goal } from "./decide.ts"
import type { AnyNodeType, Reading } from "./node-type.ts"
import { entriesOf, isForeign, traitsOf } from "./props.ts"
import type { ObjectRow } from "./row.ts"
import type { RunState } from "./run-state.ts"
import { watchForTwin } from "./twins.ts"

/** What a reading of our own object teaches, whatever is decided about it. */
export function learn(row: ObjectRow, type: AnyNodeType, reading: Reading): void {
  if (row.id === null) row.id = reading.id
  row.attributes = reading.attributes
  if (type.kind === "object" && type.named && row.created) row.created = { ...row.created, uncertain: false }
  const found = entriesOf(type, reading.props)
  row.unmanaged = Object.keys(found)
    .filter((key) => isForeign(row, key))
    .sort()
}

/** It is as wanted: what was sent and what it depends on are today's. */
export function settle(
  run: RunState,
  row: ObjectRow,
  type: AnyNodeType,
  { wanted }: Goal & { kind: "converge" },
  reading: Reading,
): void {
  const { lazy = [], initial = [], parts } = traitsOf(type)
  const kept = [...lazy, ...initial].filter((name) => row.props && name in row.props)
  row.props = { ...wanted.sealed, ...Object.fromEntries(kept.map((name) => [name, row.props?.[name]])) }
  row.dependencies = wanted.dependencies
  const found = parts ? entriesOf(type, reading.props) : {}
  for (const [key, sent] of Object.entries(row.parts)) {
    const desired = wanted.desiredParts.includes(key)
    if (!desired && (sent.props === null || !(key in found))) delete row.parts[key]
    const ready = wanted.parts[key]
    const accepted = ready && canonicalJson(ready.props) === canonicalJson(sent.props)
    if (desired && accepted) row.parts[key] = { props: sent.props, dependencies: ready.dependencies }
  }
  row.status = "settled"
  row.why = null
  row.parked = null
  row.call = null
  row.tries = 0
  row.repeated = null
  row.nextReadAt = null
  if (row.created?.uncertain) watchForTwin(run, row, type)
}

/** One part is refused; the others go on without it. */
export function parkPart(
  run: RunState,
  row: ObjectRow,
  { wanted }: Goal & { kind: "converge" },
  { part, why }: Decision & { action: "park-part" },
): void {
  row.parts[part] = { props: null, dependencies: [], parked: hashOf(wanted.parts[part]?.props), why }
  const now = run.clock.now()
  row.nextReadAt = now
  run.record({
    at: now,
    node: row.node,
    object: row.object,
    event: "part_parked",
    code: why.code,
    message: why.message,
  })
}
