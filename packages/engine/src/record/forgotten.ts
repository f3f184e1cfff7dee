import { base32, type RandomBytes } from "@alienplatform/core"
import { NodeMemory } from "./node-memory.ts"
import type { StoredRow } from "./upgrade.ts"

/** Prefix of the choices in which a forgotten deployment keeps its rows, one per row. */
const FORGOTTEN = "#forgotten:"

/**
 * The choices that a forgotten deployment keeps in place of its rows: how often each node was created, and which
 * objects existed with the props last sent. Addresses are not kept: once the deployment is adopted, only objects found
 * by our marks and names are its own.
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
  /** Keys of the choices that the rows replace. */
  dropChoices: string[]
}

/** Restores the rows of an adopted deployment from the choices that it kept when it was forgotten. */
export function adoptedRows(choices: Readonly<Record<string, string>>, random?: RandomBytes): AdoptedRows {
  const kept = Object.entries(choices).filter(([key]) => key.startsWith(FORGOTTEN))
  return {
    rows: kept.map(([, text]) => searchRow(JSON.parse(text), base32(26, random))),
    dropChoices: kept.map(([key]) => key),
  }
}

/** Makes a row look like that of an unanswered create: its object is searched for before anything is created. */
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
