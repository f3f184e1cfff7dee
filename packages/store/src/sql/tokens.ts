import { problem } from "@alienplatform/core"
import type { Store, TokenRow } from "../store.ts"
import { type Db, inTransaction, readByKey } from "./queries.ts"
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
    const rows = await db.selectFrom("tokens").selectAll().orderBy("created_at", "desc").orderBy("id").execute()
    return rows.map(fromRow)
  },

  revokeToken: (id, now) =>
    inTransaction(db, async (tx) => {
      // Changes nothing and holds these rows, so that of two revocations at once the second one sees the first.
      const admins = await tx
        .updateTable("tokens")
        .set({ revoked_at: null })
        .where("role", "=", "admin")
        .where("revoked_at", "is", null)
        .returning("id")
        .execute()
      if (admins.length === 1 && admins[0]?.id === id) throw lastAdminToken(id)
      await tx
        .updateTable("tokens")
        .set({ revoked_at: now })
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .execute()
      const row = await tx.selectFrom("tokens").selectAll().where("id", "=", id).executeTakeFirst()
      return row && fromRow(row)
    }),
})

const fromRow = (row: Tables["tokens"]): TokenRow => ({
  id: row.id,
  hash: row.hash,
  role: row.role,
  deployment: row.deployment,
  description: row.description,
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
})

const lastAdminToken = (id: string) =>
  problem("last_admin_token", {
    message: `${id} is the last admin token that is left, and without one nobody could make another; create one first`,
    context: { id },
  })
