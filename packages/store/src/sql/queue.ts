import { sql } from "kysely"
import type { Claim, Store } from "../store.ts"
import { deploymentNotFound, isHeldBy, leaseLost } from "./lease.ts"
import { type Db, inTransaction, type Tx } from "./queries.ts"
import type { RunRequests } from "./run-requests.ts"

type Queue = Pick<Store, "requestRun" | "claim" | "finish" | "endLeases" | "nextDue" | "onRunRequested" | "renew">

export const queue = (db: Db, requests: RunRequests): Queue => ({
  async requestRun(deployment, dueAt) {
    const earlier = await inTransaction(db, (tx) => makeDue(tx, deployment, dueAt))
    if (earlier) requests.announce()
  },

  async claim(holder, now, leaseMs) {
    return inTransaction(db, async (tx): Promise<Claim | undefined> => {
      const until = now + leaseMs
      const row = await tx
        .updateTable("queue")
        .set((eb) => ({
          due_at: null,
          lease_owner: holder,
          lease_until: until,
          epoch: eb("epoch", "+", 1),
          claimable_at: until,
        }))
        .where("deployment", "=", (eb) =>
          eb
            .selectFrom("queue as candidate")
            .select("candidate.deployment")
            .where("candidate.claimable_at", "<=", now)
            .orderBy("candidate.claimable_at")
            .orderBy("candidate.deployment")
            .limit(1),
        )
        // Repeated for databases where another claim may commit between the subquery and the update.
        .where("claimable_at", "<=", now)
        .returning(["deployment", "epoch"])
        .executeTakeFirst()
      if (!row) return undefined
      const { generation } = await tx
        .selectFrom("deployments")
        .select("generation")
        .where("id", "=", row.deployment)
        .executeTakeFirstOrThrow()
      return { lease: { deployment: row.deployment, holder, epoch: row.epoch, until }, generation }
    })
  },

  async finish({ lease }, dueAt) {
    const next =
      dueAt === null
        ? sql.ref<number | null>("due_at")
        : sql<number>`case when due_at is null or due_at > ${dueAt} then ${dueAt} else due_at end`
    const row = await db
      .updateTable("queue")
      .set({ due_at: next, claimable_at: next, lease_owner: null, lease_until: null })
      .where(isHeldBy(lease))
      .returning("claimable_at")
      .executeTakeFirst()
    if (!row) throw leaseLost(lease)
    if (row.claimable_at !== null) requests.announce()
  },

  async endLeases(now) {
    const { numUpdatedRows } = await db
      .updateTable("queue")
      .set((eb) => ({
        due_at: now,
        claimable_at: now,
        lease_owner: null,
        lease_until: null,
        epoch: eb("epoch", "+", 1),
      }))
      .where("lease_owner", "is not", null)
      .executeTakeFirst()
    if (numUpdatedRows > 0n) requests.announce()
    return Number(numUpdatedRows)
  },

  async nextDue() {
    const row = await db
      .selectFrom("queue")
      .select("claimable_at")
      .where("claimable_at", "is not", null)
      .orderBy("claimable_at")
      .limit(1)
      .executeTakeFirst()
    return row?.claimable_at ?? undefined
  },

  onRunRequested: (listener) => requests.subscribe(listener),

  async renew(lease, until) {
    const { numUpdatedRows } = await db
      .updateTable("queue")
      .set({ lease_until: until, claimable_at: until })
      .where(isHeldBy(lease))
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw leaseLost(lease)
    return { ...lease, until }
  },
})

/** True when the deployment became due, or due earlier. Throws `not_found`. */
export async function makeDue(tx: Tx, deployment: string, dueAt: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("queue")
    .set({ due_at: dueAt, claimable_at: claimableOnceDue(dueAt) })
    .where("deployment", "=", deployment)
    .where("forgotten_at", "is", null)
    .where((eb) => eb.or([eb("due_at", "is", null), eb("due_at", ">", dueAt)]))
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return true
  const known = await tx
    .selectFrom("queue")
    .select("deployment")
    .where("deployment", "=", deployment)
    .where("forgotten_at", "is", null)
    .executeTakeFirst()
  if (!known) throw deploymentNotFound(deployment)
  return false
}

/** While somebody holds the deployment, only the end of the lease makes it claimable. */
export const claimableOnceDue = (dueAt: number) =>
  sql<number>`case when lease_owner is null then ${dueAt} else claimable_at end`
