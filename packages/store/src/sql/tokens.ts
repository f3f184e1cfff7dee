import type { Store, TokenRow } from "../store.ts"
import { type Db, readByKey } from "./queries.ts"
import type { Tables } from "./tables.ts"

type Tokens = Pick<Store, "putToken" | "tokenByHash" | "tokens" | "revokeToken">

const byHash = readByKey((db, hash) => db.selectFrom("tokens").selectAll().where("hash", "=", hash))

export const tokens = (db: Db): Tokens => ({
  async putToken({ id, hash, role, deployment, description, createdAt, revokedAt }) {
    const row = { hash, role, deployment, description, created_at: createdAt, revoked_at: revokedAt }
    await db
      .insertInto("tokens")
      .values({ id, ...row })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
      .execute()
  },

  async tokenByHash(hash) {
    const [row] = await byHash(db, hash)
    return row && fromRow(row)
  },

  async tokens() {
    const rows = await db.selectFrom("tokens").selectAll().orderBy("created_at").orderBy("id").execute()
    return rows.map(fromRow)
  },

  async revokeToken(id, now) {
    const { numUpdatedRows } = await db
      .updateTable("tokens")
      .set({ revoked_at: now })
      .where("id", "=", id)
      .where("revoked_at", "is", null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})

const fromRow = (row: Tables["tokens"]): TokenRow => ({
  id: row.id,
  hash: row.hash,
  role: row.role as TokenRow["role"],
  deployment: row.deployment,
  description: row.description,
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
})
