import type { ObjectRow, Reason, RowState, RowStatus } from "@alienplatform/engine"

export type RowChanges = Partial<ObjectRow> & { status?: RowStatus; why?: Reason | null }

/** A settled object of a node, with what a test wants otherwise. */
export const row = (node: string, { status = "settled", why = null, ...changes }: RowChanges = {}): ObjectRow => ({
  format: 2,
  object: `obj_${node}_${changes.incarnation ?? 1}`,
  node,
  incarnation: 1,
  type: "test.thing",
  name: node,
  of: "hash",
  id: node,
  props: {},
  attributes: {},
  dependencies: {},
  parts: {},
  unmanaged: [],
  call: null,
  created: null,
  operation: null,
  state: stateOf(status, why),
  served: true,
  doomed: false,
  twin: false,
  retireAt: null,
  tries: 0,
  repeated: null,
  deletes: 0,
  drift: null,
  gatherUntil: null,
  yieldsUntil: null,
  reserved: null,
  nextReadAt: null,
  ...changes,
})

const NO_REASON: Reason = { code: "unknown", message: "" }

function stateOf(status: RowStatus, why: Reason | null): RowState {
  if (status === "settled") return { status, why: null }
  if (status === "parked") return { status, why: why ?? NO_REASON, refused: null }
  return status === "waiting" ? { status, why: why ?? NO_REASON } : { status, why }
}
