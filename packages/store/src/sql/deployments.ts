import { type DeploymentStatus, problem } from "@alienplatform/core"
import { sql } from "kysely"
import type { Deployment, DeploymentPatch, DeploymentReport, Store } from "../store.ts"
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "./json-text.ts"
import { deploymentNotFound, fence } from "./lease.ts"
import { sequenceBefore, toPage } from "./pages.ts"
import { type Db, inTransaction, nextSequence, readByKey, type Tx } from "./queries.ts"
import { claimableOnceDue, makeDue } from "./queue.ts"
import { publish, refuseRemoved } from "./releases.ts"
import type { RunRequests } from "./run-requests.ts"
import type { DeploymentsTable } from "./tables.ts"

type Deployments = Pick<
  Store,
  "createDeployment" | "deployment" | "deploymentByName" | "deployments" | "change" | "report" | "requestFollowerRuns"
>

/** Only who adopts a deleted one makes it another: its name may be somebody else's. */
const unlessDeleted = (status: DeploymentStatus) =>
  sql<DeploymentStatus>`case when status = 'deleted' then status else ${status} end`

/** Spelt as in the index of names: a parameter here would keep databases from using it. */
const notDeleted = sql<boolean>`status != 'deleted'`

const byId = readByKey((db, id) => db.selectFrom("deployments").selectAll().where("id", "=", id))
const byName = readByKey((db, name) =>
  db.selectFrom("deployments").selectAll().where("name", "=", name).where(notDeleted),
)

export const deployments = (db: Db, requests: RunRequests): Deployments => ({
  async createDeployment(deployment, now) {
    const created = await inTransaction(db, async (tx) => {
      await refuseRemoved(tx, deployment.desiredReleaseId)
      const row = await tx
        .insertInto("deployments")
        .values({
          id: deployment.id,
          sequence: await nextSequence(tx, "deployments"),
          name: deployment.name,
          platform: deployment.platform,
          resource_prefix: deployment.resourcePrefix,
          status: "pending",
          desired_release_id: deployment.desiredReleaseId,
          current_release_id: null,
          previous_release_id: null,
          stack_id: deployment.stackId,
          stack_settings: toJson(deployment.stackSettings),
          environment_variables: toJson(deployment.environmentVariables),
          target: toJson(deployment.target),
          hold: Number(deployment.hold),
          retry_generation: null,
          delete_action: null,
          created_with: deployment.createdWith,
          generation: 1,
          observed_generation: 0,
          error: null,
          drift: null,
          created_at: deployment.createdAt,
          updated_at: now,
          deleted_at: null,
        })
        .onConflict((conflict) => conflict.column("name").where(notDeleted).doNothing())
        .returningAll()
        .executeTakeFirst()
      if (!row) throw nameTaken(deployment.name, (await nameHolder(tx, deployment.name))?.id)
      const dueAt = deployment.hold ? null : now
      await tx
        .insertInto("queue")
        .values({
          deployment: deployment.id,
          due_at: dueAt,
          lease_owner: null,
          lease_until: null,
          epoch: 0,
          claimable_at: dueAt,
          last_event: 0,
          forgotten_at: null,
        })
        .execute()
      if (!deployment.hold) await publishFor(tx, deployment.desiredReleaseId, now)
      return fromRow(row)
    })
    if (!deployment.hold) requests.announce()
    return created
  },

  async deployment(id) {
    const [row] = await byId(db, id)
    return row && fromRow(row)
  },

  async deploymentByName(name) {
    const [row] = await byName(db, name)
    return row && fromRow(row)
  },

  async deployments({ limit, cursor, id, name, platform, status }) {
    let query = db
      .selectFrom("deployments")
      .selectAll()
      .orderBy("sequence", "desc")
      .limit(limit + 1)
    query = status === undefined ? query.where(notDeleted) : query.where("status", "=", status)
    if (cursor !== undefined) query = query.where("sequence", "<", sequenceBefore(cursor))
    if (id !== undefined) query = query.where("id", "=", id)
    if (name !== undefined) query = query.where("name", "=", name)
    if (platform !== undefined) query = query.where("platform", "=", platform)
    return toPage(await query.execute(), limit, fromRow)
  },

  async change(id, { retryRequested = false, publishes, ...patch }, now) {
    const changed = await inTransaction(db, async (tx) => {
      await makeDue(tx, id, now)
      const row = await tx
        .updateTable("deployments")
        .set((eb) => ({
          ...toColumns(patch),
          generation: eb("generation", "+", 1),
          ...(retryRequested && { retry_generation: eb("generation", "+", 1) }),
          updated_at: now,
        }))
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst()
      if (!row) throw deploymentNotFound(id)
      await publishFor(tx, publishes ?? patch.desiredReleaseId, now, id)
      return fromRow(row)
    })
    requests.announce()
    return changed
  },

  async report(lease, { retried, ...patch }, now) {
    return inTransaction(db, async (tx) => {
      await fence(tx, lease)
      const row = await tx
        .updateTable("deployments")
        .set({ ...toColumns(patch), ...clearRetry(retried), updated_at: now })
        .where("id", "=", lease.deployment)
        .returningAll()
        .executeTakeFirst()
      if (!row) throw deploymentNotFound(lease.deployment)
      return fromRow(row)
    })
  },

  async requestFollowerRuns(platform, stackId, now) {
    const count = await inTransaction(db, (tx) => requestRunsOfFollowers(tx, platform, stackId, now))
    if (count > 0) requests.announce()
    return count
  },
})

/** `publisher`: the deployment that asked for the release, whose own run is requested already. */
export async function publishFor(
  tx: Tx,
  release: string | null | undefined,
  now: number,
  publisher = "",
): Promise<void> {
  if (typeof release !== "string") return
  await refuseRemoved(tx, release)
  for (const { platform, stack_id } of await publish(tx, release))
    await requestRunsOfFollowers(tx, platform, stack_id, now, publisher)
}

async function requestRunsOfFollowers(
  tx: Tx,
  platform: string,
  stackId: string | null,
  now: number,
  publisher = "",
): Promise<number> {
  const followers = tx
    .selectFrom("deployments")
    .where("platform", "=", platform)
    .where("desired_release_id", "is", null)
    .where((eb) => eb.or([eb("stack_id", "is", null), eb("stack_id", "=", stackId)]))
    .where("id", "!=", publisher)
    .where("hold", "=", 0)
    .where("delete_action", "is", null)
    .where("status", "not in", ["deleting", "delete-failed", "deleted"])
  await tx
    .updateTable("queue")
    .set({ due_at: now, claimable_at: claimableOnceDue(now) })
    .where("deployment", "in", followers.select("id"))
    .where((eb) => eb.or([eb("due_at", "is", null), eb("due_at", ">", now)]))
    .execute()
  const { numUpdatedRows } = await tx
    .updateTable("deployments")
    .set((eb) => ({ generation: eb("generation", "+", 1), updated_at: now }))
    .where("id", "in", followers.select("id"))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** A retry that a later generation asked for stays. */
const clearRetry = (retried: DeploymentReport["retried"]) =>
  retried === undefined
    ? {}
    : {
        retry_generation: sql<
          number | null
        >`case when retry_generation <= ${retried} then null else retry_generation end`,
      }

/** The deployment that has a name; undefined where the name is free. */
export const nameHolder = (tx: Tx, name: string) =>
  tx.selectFrom("deployments").select("id").where("name", "=", name).where(notDeleted).executeTakeFirst()

export const nameTaken = (name: string, holder: string | undefined) =>
  problem("name_taken", {
    message: `deployment name ${name} is used by ${holder}; choose another name or delete that deployment first`,
    context: { id: holder },
  })

/** What `previous_release_id` becomes with a new current release; an update sees the columns as they were. */
const releaseBefore = (release: string | null) =>
  sql<
    string | null
  >`case when current_release_id is null or current_release_id = ${release} then previous_release_id else current_release_id end`

export const toColumns = (patch: DeploymentPatch) => ({
  ...(patch.status !== undefined && { status: unlessDeleted(patch.status) }),
  ...(patch.desiredReleaseId !== undefined && { desired_release_id: patch.desiredReleaseId }),
  ...(patch.currentReleaseId !== undefined && {
    current_release_id: patch.currentReleaseId,
    previous_release_id: releaseBefore(patch.currentReleaseId),
  }),
  ...(patch.stackId !== undefined && { stack_id: patch.stackId }),
  ...(patch.stackSettings !== undefined && { stack_settings: toJson(patch.stackSettings) }),
  ...(patch.environmentVariables !== undefined && {
    environment_variables: toJson(patch.environmentVariables),
  }),
  ...(patch.hold !== undefined && { hold: Number(patch.hold) }),
  ...(patch.deleteAction !== undefined && { delete_action: patch.deleteAction }),
  ...(patch.observedGeneration !== undefined && { observed_generation: patch.observedGeneration }),
  ...(patch.error !== undefined && { error: toJsonOrNull(patch.error) }),
  ...(patch.drift !== undefined && { drift: patch.drift.length === 0 ? null : toJson(patch.drift) }),
  ...(patch.deletedAt !== undefined && { deleted_at: patch.deletedAt }),
})

export const fromRow = (row: DeploymentsTable): Deployment => ({
  id: row.id,
  name: row.name,
  platform: row.platform,
  resourcePrefix: row.resource_prefix,
  status: row.status,
  desiredReleaseId: row.desired_release_id,
  currentReleaseId: row.current_release_id,
  previousReleaseId: row.previous_release_id,
  stackId: row.stack_id,
  stackSettings: fromJson(row.stack_settings),
  environmentVariables: fromJson(row.environment_variables),
  target: fromJson(row.target),
  hold: row.hold === 1,
  retryRequested: row.retry_generation !== null,
  deleteAction: row.delete_action,
  createdWith: row.created_with,
  generation: row.generation,
  observedGeneration: row.observed_generation,
  error: fromJsonOrNull(row.error),
  drift: fromJsonOrNull(row.drift) ?? [],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
})
