import type { Store } from "../store.ts"
import { fromJson, toJson } from "./json-text.ts"
import { fence } from "./lease.ts"
import { type Db, inChunks, inTransaction, readByKey } from "./queries.ts"

type Endpoints = Pick<Store, "saveEndpoints" | "endpoints" | "savePlan" | "plan">

const ofDeployment = readByKey((db, deployment) =>
  db
    .selectFrom("endpoints")
    .select(["resource", "endpoint", "position", "body"])
    .where("deployment", "=", deployment)
    .orderBy("position")
    .orderBy("resource")
    .orderBy("endpoint"),
)

/** What people ask for: the state of the endpoints, and the last plan. */
export const endpoints = (db: Db): Endpoints => ({
  async saveEndpoints(lease, all) {
    const { deployment } = lease
    await inTransaction(db, async (tx) => {
      await fence(tx, lease)
      await tx.deleteFrom("endpoints").where("deployment", "=", deployment).execute()
      const rows = all.map(({ resource, endpoint, position, report }) => ({
        deployment,
        resource,
        endpoint,
        position,
        body: toJson(report),
      }))
      for (const chunk of inChunks(rows)) await tx.insertInto("endpoints").values(chunk).execute()
    })
  },

  async endpoints(deployment) {
    const rows = await ofDeployment(db, deployment)
    return rows.map(({ resource, endpoint, position, body }) => ({
      resource,
      endpoint,
      position,
      report: fromJson(body),
    }))
  },

  async savePlan(deployment, plan, now) {
    const row = { plan: toJson(plan), created_at: now }
    await db
      .insertInto("plans")
      .values({ deployment, ...row })
      .onConflict((conflict) => conflict.column("deployment").doUpdateSet(row))
      .execute()
  },

  async plan(deployment) {
    const row = await db
      .selectFrom("plans")
      .select(["plan", "created_at"])
      .where("deployment", "=", deployment)
      .executeTakeFirst()
    return row && { plan: fromJson(row.plan), createdAt: row.created_at }
  },
})
