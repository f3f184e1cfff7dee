import { base32, type RandomBytes } from "@alienplatform/core"
import { NodeMemory } from "./node-memory.ts"
import type { StoredRow } from "./upgrade.ts"

/** Stands before the `object` of a row among the choices of a deployment that was forgotten. */
const FORGOTTEN = "#forgotten:"

/**
 * The choices that a deployment keeps in place of its rows when it is forgotten: how often each node was made, and which
 * objects there were, with what was last sent to them. Where they were is not kept: what is found by our marks and names
 * once the deployment is adopted is its own, and nothing else.
 */
export function forgottenChoices(
  rows: readonly StoredRow[],
  choices: Readonly<Record<string, string>>,
): Record<string, string> {
  const memory = new NodeMemory(choices)
  for (const { node, incarnation } of rows) memory.recordRemoved(node, incarnation)
  // A twin has an address and nothing else; a search by mark finds it again.
  const kept = rows.filter(({ id, created, operation, twin }) => !twin && (id ?? created ?? operation) !== null)
  return {
    ...memory.takeChanges().choices,
    ...Object.fromEntries(kept.map((row) => [`${FORGOTTEN}${row.object}`, JSON.stringify(withoutAddress(row))])),
  }
}

const withoutAddress = (row: StoredRow): StoredRow => ({
  ...row,
  id: null,
  attributes: {},
  unmanaged: [],
  call: null,
  created: null,
  operation: null,
  retireAt: null,
  tries: 0,
  repeated: null,
  nextReadAt: null,
})

export interface AdoptedRows {
  rows: StoredRow[]
  /** Keys of the choices that the rows take the place of. */
  dropChoices: string[]
}

/** The rows of a deployment that is adopted, from what it kept when it was forgotten. */
export function adoptedRows(choices: Readonly<Record<string, string>>, random?: RandomBytes): AdoptedRows {
  const kept = Object.entries(choices).filter(([key]) => key.startsWith(FORGOTTEN))
  return {
    rows: kept.map(([, text]) => searchRow(JSON.parse(text), base32(26, random))),
    dropChoices: kept.map(([key]) => key),
  }
}

/** Like the row of a create that was never answered: its object is searched for before anything is made. */
function searchRow(row: StoredRow, token: string): StoredRow {
  const created = { at: 0, uncertain: true }
  const call = { verb: "create", token, at: 0, open: true } as const
  const nothing = { props: null, parts: {}, created: null }
  if (row.format === undefined)
    return {
      ...row,
      created,
      call: { ...call, previous: { ...nothing, dependencies: [] } },
      status: "due",
      why: null,
      parked: null,
    }
  return {
    ...row,
    created,
    call: { ...call, previous: { ...nothing, dependencies: {} } },
    state: { status: "due", why: null } as const,
    deletes: 0,
    drift: null,
    gatherUntil: null,
    yieldsUntil: null,
    reserved: null,
  }
}
