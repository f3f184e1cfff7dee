import { canonicalJson, hmacHex, type Json } from "@alienplatform/core"
import type { Graph } from "../declare/graph.ts"
import type { AnyNodeType, Operation } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import { eachRef, Ref } from "../declare/refs.ts"
import type { Sealed } from "../declare/sent.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { Call, Dependencies, ObjectRow, Reason, RowState, SentPart } from "./row.ts"
import { completeProps, identityHash, seal } from "./seal.ts"

interface FirstPart extends Omit<SentPart, "dependencies"> {
  dependencies: string[]
}

interface FirstPrevious extends Omit<Call["previous"], "parts" | "dependencies"> {
  parts: Record<string, FirstPart>
  dependencies: string[]
}

interface FirstCall extends Omit<Call, "previous"> {
  previous: FirstPrevious
}

type ChangedField = "state" | "dependencies" | "parts" | "call" | "operation"
type AddedField = "format" | "served" | "deletes" | "drift" | "gatherUntil" | "yieldsUntil" | "reserved"

/** A row in the format of versions before 0.2. */
interface FirstRow extends Omit<ObjectRow, ChangedField | AddedField> {
  format?: undefined
  dependencies: string[]
  parts: Record<string, FirstPart>
  call: FirstCall | null
  operation: Operation | null
  status: RowState["status"]
  why: Reason | null
  parked: string | null
  reservedAt: number | null
}

/** A stored row, in the format of the version that wrote it. */
export type StoredRow = ObjectRow | FirstRow

export interface UpgradeScope {
  /** The desired graph; null while everything is being deleted. */
  graph: Graph | null
  types: ReadonlyMap<string, AnyNodeType>
  secretKey: Uint8Array
  now: number
}

/** Converts rows of every version to today's format; nothing in the cloud has to change for it. */
export function upgradeRows(stored: readonly StoredRow[], scope: UpgradeScope): ObjectRow[] {
  const rows = new Map(stored.map((row) => [row.object, row]))
  return stored.map((row) => (row.format === 2 ? row : upgraded(row, scope, rows)))
}

type Rows = ReadonlyMap<string, StoredRow>

function upgraded(first: FirstRow, scope: UpgradeScope, rows: Rows): ObjectRow {
  const { status, why: _, parked: __, format: ___, reservedAt: ____, call, operation, ...kept } = first
  const type = scope.types.get(first.type)
  const made = type ? madeForFilter(type, first, scope) : () => false
  const held = (objects: readonly string[]): Dependencies =>
    Object.fromEntries(objects.map((object) => [object, made(rows.get(object)) ? "identity" : "use"]))
  const parts = (of: Record<string, FirstPart>): ObjectRow["parts"] =>
    Object.fromEntries(
      Object.entries(of).map(([key, part]) => [key, { ...part, dependencies: held(part.dependencies) }]),
    )
  const props = (sent: Props | null): Props | null => (type && sent ? resealed(type, first.node, sent, scope) : sent)
  const row: ObjectRow = {
    ...kept,
    format: 2,
    props: props(first.props),
    dependencies: held(first.dependencies),
    parts: parts(first.parts),
    call: call && {
      ...call,
      previous: {
        ...call.previous,
        props: props(call.previous.props),
        parts: parts(call.previous.parts),
        dependencies: held(call.previous.dependencies),
      },
    },
    operation: operation === null ? null : { value: operation, since: scope.now },
    state: state(first),
    // A call stays on record until the object is as wanted: one that was updated or waits again has been so.
    served: status === "settled" || (first.id !== null && call?.verb !== "create"),
    deletes: 0,
    drift: null,
    gatherUntil: null,
    yieldsUntil: null,
    // A place that no throttle could take away any more is asked for again.
    reserved: null,
  }
  if (!type || !row.props || row.of.startsWith("broken:")) return row
  return { ...row, of: identityHash(type, completeProps(type, row.props)) }
}

/** Rows in today's format, for reading only: nothing may be planned or called with them. */
export const currentRows = (stored: readonly StoredRow[], now: number): ObjectRow[] =>
  upgradeRows(stored, { graph: null, types: new Map(), secretKey: new Uint8Array(), now })

/**
 * Returns a test for the rows whose object the given one was made for: its parent, and the objects that its identity
 * refers to today.
 */
function madeForFilter(type: AnyNodeType, { node, props }: FirstRow, { graph }: UpgradeScope) {
  const { replacing, identity } = traitsOf(type)
  const nodes = new Set<string>()
  const wanted = graph?.nodes.get(node)?.props ?? {}
  for (const name of replacing)
    eachRef(wanted[name], (ref) => {
      if (ref instanceof Ref && ref.level !== "name") nodes.add(ref.node)
    })
  const parent = identity?.by === "parent" ? props?.[identity.of] : undefined
  return (other: StoredRow | undefined): boolean =>
    other !== undefined &&
    (nodes.has(other.node) || (parent !== undefined && [other.id, ...Object.values(other.attributes)].includes(parent)))
}

function state({ status, why, parked }: FirstRow): RowState {
  if (status === "settled") return { status, why: null }
  if (status === "parked" && why)
    return { status, why, refused: parked === null ? null : { fingerprint: parked, retryAt: null } }
  if (status === "waiting" && why) return { status, why }
  return { status: status === "changing" ? "changing" : "due", why }
}

/**
 * Secrets were sealed as a whole. What is wanted today tells whether one is still what was sent; one that is not stays
 * different, and is sent.
 */
function resealed(type: AnyNodeType, node: string, sent: Props, { graph, secretKey }: UpgradeScope): Props {
  const wanted = graph?.nodes.get(node)?.props ?? {}
  const props: Props = { ...sent }
  for (const name of traitsOf(type).secret) {
    const hash = firstSeal(sent[name])
    if (hash === undefined) continue
    const same = wanted[name] !== undefined && hmacHex(secretKey, canonicalJson(wanted[name] as Json)) === hash
    props[name] = same ? seal(type, { [name]: wanted[name] }, secretKey)[name] : ({ $sealed: hash } satisfies Sealed)
  }
  return props
}

const firstSeal = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "$hmac" in value ? String(value.$hmac) : undefined
