import type { Store } from "../store.ts"
import type { Db } from "./queries.ts"
import type { Tables } from "./tables.ts"

type Artifacts = Pick<Store, "putArtifact" | "artifact" | "artifactsBefore" | "touchArtifact" | "forgetArtifact">

export const artifacts = (db: Db): Artifacts => ({
  async putArtifact({ sha256, size, createdAt }) {
    await db
      .insertInto("artifacts")
      .values({ sha256, size, created_at: createdAt })
      .onConflict((conflict) => conflict.column("sha256").doUpdateSet({ created_at: createdAt }))
      .execute()
  },

  async artifact(sha256) {
    const row = await db.selectFrom("artifacts").selectAll().where("sha256", "=", sha256).executeTakeFirst()
    return row && fromRow(row)
  },

  async artifactsBefore(time) {
    const rows = await db.selectFrom("artifacts").select("sha256").where("created_at", "<", time).execute()
    return rows.map(({ sha256 }) => sha256)
  },

  async touchArtifact(sha256, now) {
    const row = await db
      .updateTable("artifacts")
      .set({ created_at: now })
      .where("sha256", "=", sha256)
      .returningAll()
      .executeTakeFirst()
    return row && fromRow(row)
  },

  async forgetArtifact(sha256, before) {
    const { numDeletedRows } = await db
      .deleteFrom("artifacts")
      .where("sha256", "=", sha256)
      .where("created_at", "<", before)
      .executeTakeFirst()
    return numDeletedRows > 0n
  },
})

const fromRow = ({ sha256, size, created_at }: Tables["artifacts"]) => ({ sha256, size, createdAt: created_at })
