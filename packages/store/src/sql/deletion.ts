import { type AlienError, problem, type RandomBytes } from "@alienplatform/core"
import { adoptedRows, forgottenChoices, type StoredRow } from "@alienplatform/engine"
import type { Adoption, Leftover, Store } from "../store.ts"
import { fromRow, nameHolder, nameTaken, publishFor, toColumns } from "./deployments.ts"
import { fromJson, toJson } from "./json-text.ts"
import { fence } from "./lease.ts"
import { choicesOf, deleteChoices, putChoices, putObjects, rowsOf } from "./objects.ts"
import { type Db, inChunks, inTransaction, type Tx } from "./queries.ts"
import type { RunRequests } from "./run-requests.ts"

type Deletion = Pick<Store, "leftovers" | "finishDeletion" | "forget" | "adopt">

/** How deployments end, and how one that was forgotten begins again. */
export const deletion = (db: Db, requests: RunRequests, random: RandomBytes | undefined): Deletion => ({
  async leftovers(deployments) {
    const left: Leftover[] = []
    for (const ids of inChunks(deployments)) {
      const found = await db
        .selectFrom("objects")
        .select(["deployment", "body"])
        .where("deployment", "in", ids)
        .orderBy("deployment")
        .orderBy("object")
        .execute()
      for (const { deployment, body } of found) left.push({ deployment, ...leftover(fromJson(body)) })
    }
    return left
  },

  async finishDeletion(lease) {
    await inTransaction(db, async (tx) => {
      await fence(tx, lease)
      await tx.deleteFrom("choices").where("deployment", "=", lease.deployment).execute()
      await tx.deleteFrom("plans").where("deployment", "=", lease.deployment).execute()
      await tx.deleteFrom("queue").where("deployment", "=", lease.deployment).execute()
    })
  },

  async forget(lease, now) {
    const { deployment } = lease
    await inTransaction(db, async (tx) => {
      await fence(tx, lease)
      await putChoices(tx, deployment, forgottenChoices(await rowsOf(tx, deployment), await choicesOf(tx, deployment)))
      await tx.deleteFrom("objects").where("deployment", "=", deployment).execute()
      await tx.deleteFrom("endpoints").where("deployment", "=", deployment).execute()
      await tx.deleteFrom("plans").where("deployment", "=", deployment).execute()
      await tx
        .updateTable("queue")
        .set({ due_at: null, claimable_at: null, lease_owner: null, lease_until: null, forgotten_at: now })
        .where("deployment", "=", deployment)
        .execute()
    })
  },

  async adopt(id, { name, hold = false, createdWith, target, ...wanted }: Adoption, now) {
    const adopted = await inTransaction(db, async (tx) => {
      const dueAt = hold ? null : now
      const { numUpdatedRows } = await tx
        .updateTable("queue")
        .set({ due_at: dueAt, claimable_at: dueAt, forgotten_at: null })
        .where("deployment", "=", id)
        .where("forgotten_at", "is not", null)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw notAdoptable(id, await knownBy(tx, id))
      const holder = await nameHolder(tx, name)
      if (holder) throw nameTaken(name, holder.id)
      const { rows, dropChoices } = adoptedRows(await choicesOf(tx, id), random)
      await putObjects(tx, id, rows)
      await deleteChoices(tx, id, dropChoices)
      const row = await tx
        .updateTable("deployments")
        .set((eb) => ({
          ...toColumns({ ...wanted, hold, deleteAction: null, error: null, drift: [], deletedAt: null }),
          ...(target !== undefined && { target: toJson(target) }),
          name,
          created_with: createdWith,
          status: "pending",
          retry_generation: null,
          generation: eb("generation", "+", 1),
          updated_at: now,
        }))
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirstOrThrow()
      if (!hold) await publishFor(tx, row.desired_release_id, now, id)
      return fromRow(row)
    })
    if (!hold) requests.announce()
    return adopted
  },
})

const leftover = (row: StoredRow): Omit<Leftover, "deployment"> => ({
  object: row.object,
  node: row.node,
  type: row.type,
  id: row.id,
  name: row.name,
  why: row.format === undefined ? row.why : row.state.why,
})

const knownBy = (tx: Tx, id: string) =>
  tx.selectFrom("deployments").select(["name", "status"]).where("id", "=", id).executeTakeFirst()

/** Why a deployment that was not forgotten cannot be adopted; `known`: as it is stored. */
export function notAdoptable(id: string, known: { name: string; status: string } | undefined): AlienError {
  if (!known)
    return problem("other_installation", {
      message: `${id} is no deployment of this installation, and only its own can be adopted: the objects of another one carry other marks; check the id, or ask the manager that made it`,
    })
  const { name, status } = known
  const why =
    status === "deleted"
      ? `${id} (${name}) was deleted and nothing of it was kept; create a new deployment`
      : `${id} (${name}) is ${status}; only a deployment that was forgotten can be adopted`
  return problem("not_forgotten", { message: why, context: { status } })
}
