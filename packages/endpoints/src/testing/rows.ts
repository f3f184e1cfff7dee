import { defineLookup, type ObjectRow, type Reason, type RowState, type RowStatus } from "@alienplatform/engine"
import { blankRow } from "@alienplatform/engine/testing"

const Thing = defineLookup({ type: "test.thing", permissions: { read: [] }, read: async () => undefined })

export type RowChanges = Partial<ObjectRow> & { status?: RowStatus; why?: Reason | null }

const noBytes = (size: number) => new Uint8Array(size)

/** A settled object of a node, with what a test wants otherwise. */
export function row(node: string, { status = "settled", why = null, ...changes }: RowChanges = {}): ObjectRow {
  const incarnation = changes.incarnation ?? 1
  return {
    ...blankRow({ node, type: Thing, props: {}, after: [], parts: {}, name: node }, "hash", incarnation, noBytes),
    object: `obj_${node}_${incarnation}`,
    name: node,
    id: node,
    props: {},
    state: stateOf(status, why),
    served: true,
    ...changes,
  }
}

const NO_REASON: Reason = { code: "unknown", message: "" }

function stateOf(status: RowStatus, why: Reason | null): RowState {
  if (status === "settled") return { status, why: null }
  if (status === "parked") return { status, why: why ?? NO_REASON, refused: null }
  return status === "waiting" ? { status, why: why ?? NO_REASON } : { status, why }
}
