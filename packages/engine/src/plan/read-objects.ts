import type { AlienError } from "@alienplatform/core"
import type { DeploymentRows } from "../decide/deployment-rows.ts"
import { holdsObject } from "../decide/deployment-state.ts"
import type { Resolved } from "../decide/wanted.ts"
import type { Clock } from "../declare/clock.ts"
import { type AnyNodeType, isCalled } from "../declare/node-type.ts"
import type { Reading } from "../declare/reading.ts"
import { toCallError } from "../record/call-error.ts"
import { type InstalledAs, ownerOf } from "../record/owner.ts"
import type { ObjectRow } from "../record/row.ts"
import { callVerb } from "../run/call-verb.ts"
import { READ_TIMEOUT_MS } from "../run/read-object.ts"
import { SlotPool } from "../run/slots.ts"

/** Objects that are read at the same time. */
const CONCURRENT_READS = 32

/** The reading of each object, or the error of its read, by row. */
export type Readings = ReadonlyMap<string, Reading | AlienError | undefined>

export interface ReadObjectsOptions {
  context: object
  installed: InstalledAs
  clock: Clock
  typeOf(row: ObjectRow): AnyNodeType
  /** The node with its references answered; undefined where it is not in the graph. */
  entryOf(node: string): Resolved | undefined
}

/** Reads every recorded object once, with today's props; a read that fails or hangs affects no other. */
export async function readObjects(rows: DeploymentRows, options: ReadObjectsOptions): Promise<Readings> {
  const places = new SlotPool(CONCURRENT_READS)
  const found = await Promise.all(
    [...rows.all()].map(async (row): Promise<[string, Reading | AlienError | undefined][]> => {
      const type = options.typeOf(row)
      const isWanted = options.entryOf(row.node)?.row?.object === row.object
      // What was refused because something is there is looked at once more, as a run does.
      const isAsked = holdsObject(row) || (isWanted && row.state.status === "parked")
      if (!isCalled(type) || !isAsked) return []
      const leave = await places.take(undefined)
      try {
        return [[row.object, await readObject(row, type, options)]]
      } catch (error) {
        return [[row.object, toCallError(error)]]
      } finally {
        leave()
      }
    }),
  )
  return new Map(found.flat())
}

function readObject(row: ObjectRow, type: AnyNodeType, { context, installed, clock, entryOf }: ReadObjectsOptions) {
  const entry = entryOf(row.node)
  const wanted = entry?.row?.object === row.object ? entry.wanted?.props : undefined
  const id = row.id === null ? {} : { id: row.id }
  const args = { ...context, ...id, props: wanted ?? row.props ?? {}, name: row.name, owner: ownerOf(row, installed) }
  return callVerb<Reading | undefined>((signal) => type.read({ ...args, signal }), {
    what: `read of ${type.type} ${row.name}`,
    timeoutMs: READ_TIMEOUT_MS,
    clock,
  })
}
