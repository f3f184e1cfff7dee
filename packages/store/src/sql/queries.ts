import type { CompiledQuery, Kysely, Transaction } from "kysely"
import type { Tables } from "./tables.ts"

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

/** All of `work` is committed, or nothing. */
export const inTransaction = <T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> => db.transaction().execute(work)

/**
 * A read by one key that is compiled once per database: compiling costs several times what the read does.
 * `build` must use the key exactly once and no other parameter.
 */
export function readByKey<Row>(build: (db: Db, key: string) => { compile(): CompiledQuery<Row> }) {
  const compiled = new WeakMap<Db, CompiledQuery<Row>>()
  return async (db: Db, key: string): Promise<Row[]> => {
    let query = compiled.get(db)
    if (!query) {
      query = build(db, key).compile()
      compiled.set(db, query)
    }
    return (await db.executeQuery<Row>({ ...query, parameters: [key] })).rows
  }
}

/** The next number of a kind; concurrent transactions wait for each other, so numbers commit in order. */
export async function nextSequence(tx: Tx, name: Tables["counters"]["name"]): Promise<number> {
  const { value } = await tx
    .insertInto("counters")
    .values({ name, value: 1 })
    .onConflict((conflict) => conflict.column("name").doUpdateSet((eb) => ({ value: eb("counters.value", "+", 1) })))
    .returning("value")
    .executeTakeFirstOrThrow()
  return value
}

/** Statements with many rows are cut so that the number of parameters stays far below every database's limit. */
export function* inChunks<T>(items: readonly T[], size = 100): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
