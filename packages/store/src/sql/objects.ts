import type { EngineEvent, StoredRow } from "@alienplatform/engine"
import type { Store, StoredEvent } from "../store.ts"
import { fromJson, toJson } from "./json-text.ts"
import { fence } from "./lease.ts"
import { type Db, inChunks, inTransaction, type Tx } from "./queries.ts"
import type { Tables } from "./tables.ts"

type Objects = Pick<Store, "rows" | "choices" | "save" | "events" | "pruneEvents">

export const objects = (db: Db): Objects => ({
  rows: (deployment) => rowsOf(db, deployment),
  choices: (deployment) => choicesOf(db, deployment),

  async save(lease, { put = [], remove = [], events = [], choices = {}, dropChoices = [] }) {
    await inTransaction(db, async (tx) => {
      const sequence = await fence(tx, lease, events.length)
      for (const keys of inChunks(remove))
        await tx.deleteFrom("objects").where("deployment", "=", lease.deployment).where("object", "in", keys).execute()
      await putObjects(tx, lease.deployment, put)
      await putEvents(tx, lease.deployment, events, sequence)
      await putChoices(tx, lease.deployment, choices)
      await deleteChoices(tx, lease.deployment, dropChoices)
    })
  },

  async events(deployment, { after = 0, limit }) {
    const found = await db
      .selectFrom("events")
      .selectAll()
      .where("deployment", "=", deployment)
      .where("sequence", ">", after)
      .orderBy("sequence")
      .limit(limit)
      .execute()
    return found.map(eventFromRow)
  },

  async pruneEvents(before) {
    const { numDeletedRows } = await db.deleteFrom("events").where("at", "<", before).executeTakeFirst()
    return Number(numDeletedRows)
  },
})

export async function rowsOf(db: Db, deployment: string): Promise<StoredRow[]> {
  const found = await db
    .selectFrom("objects")
    .select("body")
    .where("deployment", "=", deployment)
    .orderBy("object")
    .execute()
  return found.map(({ body }) => fromJson(body))
}

export async function choicesOf(db: Db, deployment: string): Promise<Record<string, string>> {
  const found = await db.selectFrom("choices").select(["key", "value"]).where("deployment", "=", deployment).execute()
  return Object.fromEntries(found.map(({ key, value }) => [key, value]))
}

export async function putObjects(tx: Tx, deployment: string, put: readonly StoredRow[]): Promise<void> {
  // A statement may not touch one row twice, so of rows with one key the last holds.
  const rows = [...new Map(put.map((row) => [row.object, row])).values()]
  for (const chunk of inChunks(rows))
    await tx
      .insertInto("objects")
      .values(chunk.map((row) => ({ deployment, object: row.object, body: toJson(row) })))
      .onConflict((conflict) =>
        conflict.columns(["deployment", "object"]).doUpdateSet((eb) => ({ body: eb.ref("excluded.body") })),
      )
      .execute()
}

async function putEvents(tx: Tx, deployment: string, events: readonly EngineEvent[], first: number): Promise<void> {
  const rows = events.map((event, index) => ({
    deployment,
    sequence: first + index,
    at: event.at,
    node: event.node,
    object: event.object ?? null,
    event: event.event,
    code: event.code ?? null,
    message: event.message ?? null,
  }))
  for (const chunk of inChunks(rows)) await tx.insertInto("events").values(chunk).execute()
}

export async function putChoices(tx: Tx, deployment: string, choices: Readonly<Record<string, string>>): Promise<void> {
  const rows = Object.entries(choices).map(([key, value]) => ({ deployment, key, value }))
  for (const chunk of inChunks(rows))
    await tx
      .insertInto("choices")
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(["deployment", "key"]).doUpdateSet((eb) => ({ value: eb.ref("excluded.value") })),
      )
      .execute()
}

export async function deleteChoices(tx: Tx, deployment: string, all: readonly string[]): Promise<void> {
  for (const keys of inChunks(all))
    await tx.deleteFrom("choices").where("deployment", "=", deployment).where("key", "in", keys).execute()
}

const eventFromRow = (row: Tables["events"]): StoredEvent => ({
  sequence: row.sequence,
  at: row.at,
  node: row.node,
  event: row.event,
  ...(row.object !== null && { object: row.object }),
  ...(row.code !== null && { code: row.code }),
  ...(row.message !== null && { message: row.message }),
})
