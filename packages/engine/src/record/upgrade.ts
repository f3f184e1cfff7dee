import { canonicalJson, hmacHex } from "@alienplatform/core"
import type { Graph } from "../declare/graph.ts"
import type { AnyNodeType, Operation } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { Call, Dependencies, ObjectRow, Reason, RowState, SentPart } from "./row.ts"
import { completeProps, ofHash, seal } from "./seal.ts"

interface FirstPart extends Omit<SentPart, "dependencies"> {
  dependencies: string[]
}

type FirstPrevious = Omit<Call["previous"], "parts" | "dependencies"> & {
  parts: Record<string, FirstPart>
  dependencies: string[]
}

/** A row as versions before 0.2 wrote it. */
interface FirstRow
  extends Omit<
    ObjectRow,
    | "format"
    | "state"
    | "served"
    | "deletes"
    | "drift"
    | "gatherUntil"
    | "turn"
    | "dependencies"
    | "parts"
    | "call"
    | "operation"
  > {
  format?: undefined
  dependencies: string[]
  parts: Record<string, FirstPart>
  call: (Omit<Call, "previous"> & { previous: FirstPrevious }) | null
  operation: Operation | null
  status: RowState["status"]
  why: Reason | null
  parked: string | null
  reservedAt: number | null
}

/** A row as some version stored it. */
export type StoredRow = ObjectRow | FirstRow

export interface UpgradeScope {
  /** Today's wishes; null while everything is deleted. */
  graph: Graph | null
  types: ReadonlyMap<string, AnyNodeType>
  secretKey: Uint8Array
  now: number
}

/** Rows of every version, as this one writes them: nothing in the cloud has to change for it. */
export function upgradeRow(stored: StoredRow, scope: UpgradeScope): ObjectRow {
  if (stored.format === 2) return stored
  const { status: _, why: __, parked: ___, format: ____, reservedAt: _____, ...kept } = stored
  const row: ObjectRow = {
    ...kept,
    format: 2,
    dependencies: used(stored.dependencies),
    parts: parts(stored.parts),
    call: stored.call && {
      ...stored.call,
      previous: {
        ...stored.call.previous,
        parts: parts(stored.call.previous.parts),
        dependencies: used(stored.call.previous.dependencies),
      },
    },
    operation: stored.operation === null ? null : { value: stored.operation, since: scope.now },
    state: state(stored),
    served: stored.status === "settled",
    deletes: 0,
    drift: null,
    gatherUntil: null,
    turn: null,
  }
  const type = scope.types.get(row.type)
  return type ? rehashed(row, type, scope) : row
}

/** Rows as this version knows them, for whoever only looks at them. */
export const currentRows = (stored: readonly StoredRow[], now: number): ObjectRow[] =>
  stored.map((row) => upgradeRow(row, { graph: null, types: new Map(), secretKey: new Uint8Array(), now }))

const used = (objects: readonly string[]): Dependencies =>
  Object.fromEntries(objects.map((object) => [object, "use" as const]))

const parts = (of: Record<string, FirstPart>): ObjectRow["parts"] =>
  Object.fromEntries(Object.entries(of).map(([key, part]) => [key, { ...part, dependencies: used(part.dependencies) }]))

function state({ status, why, parked }: FirstRow): RowState {
  if (status === "settled") return { status, why: null }
  if (status === "parked" && why)
    return { status, why, refused: parked === null ? null : { fingerprint: parked, retryAt: null } }
  if (status === "waiting" && why) return { status, why }
  return { status: status === "changing" ? "changing" : "due", why }
}

/**
 * Secrets were sealed as a whole and the hash of an object's identity was made otherwise. What is wanted today tells
 * whether a secret is still the one that was sent; one that is not stays different, and is sent.
 */
function rehashed(row: ObjectRow, type: AnyNodeType, { graph, secretKey }: UpgradeScope): ObjectRow {
  if (row.props === null || row.of.startsWith("broken:")) return row
  const wanted = graph?.nodes.get(row.node)?.props ?? {}
  const props: Props = { ...row.props }
  for (const name of traitsOf(type).secret) {
    if (canonicalJson(props[name] ?? null) === canonicalJson(oldSeal(wanted[name], secretKey)))
      props[name] = seal(type, { [name]: wanted[name] }, secretKey)[name]
  }
  return { ...row, props, of: ofHash(type, completeProps(type, props)) }
}

const oldSeal = (value: unknown, key: Uint8Array) =>
  value === undefined ? null : { $hmac: hmacHex(key, canonicalJson(value)) }
