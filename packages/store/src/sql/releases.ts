import { releaseRemoved } from "../release-removed.ts"
import type { Release, Store } from "../store.ts"
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "./json-text.ts"
import { sequenceBefore, toPage } from "./pages.ts"
import { type Db, inChunks, inTransaction, nextSequence, readByKey, type Tx } from "./queries.ts"
import { stackIdOf } from "./stack-id.ts"
import type { Tables } from "./tables.ts"

type Releases = Pick<
  Store,
  "createRelease" | "release" | "latestRelease" | "releases" | "pruneDrafts" | "removeOldReleases" | "releasedStacks"
>

const byId = readByKey((db, id) => db.selectFrom("releases").selectAll().where("id", "=", id))

export const releases = (db: Db): Releases => ({
  async createRelease(release) {
    await inTransaction(db, async (tx) => {
      const sequence = await nextSequence(tx, "releases")
      await tx
        .insertInto("releases")
        .values({
          id: release.id,
          sequence,
          project_id: release.projectId,
          stack: toJson(release.stack),
          git_metadata: toJsonOrNull(release.gitMetadata),
          base_image: toJsonOrNull(release.baseImage),
          draft: Number(release.draft),
          created_at: release.createdAt,
          removed_at: null,
        })
        .execute()
      const platforms = Object.entries(release.stack)
      if (platforms.length === 0) return
      await tx
        .insertInto("release_platforms")
        .values(
          platforms.map(([platform, stack]) => ({
            platform,
            sequence,
            release: release.id,
            stack_id: stackIdOf(stack),
          })),
        )
        .execute()
    })
  },

  async release(id) {
    const [row] = await byId(db, id)
    return row && fromRow(row)
  },

  async latestRelease(platform, stackId) {
    const newest = db.selectFrom("releases").selectAll("releases").where("releases.draft", "=", 0).limit(1)
    const row = await (platform === undefined
      ? newest.orderBy("releases.sequence", "desc")
      : newest
          .innerJoin("release_platforms", "release_platforms.release", "releases.id")
          .where("release_platforms.platform", "=", platform)
          .$if(typeof stackId === "string", (of) => of.where("release_platforms.stack_id", "=", stackId ?? null))
          .orderBy("release_platforms.sequence", "desc")
    ).executeTakeFirst()
    return row && fromRow(row)
  },

  async releases({ limit, cursor, drafts = false }) {
    let query = db
      .selectFrom("releases")
      .selectAll()
      .orderBy("sequence", "desc")
      .limit(limit + 1)
    if (!drafts) query = query.where("draft", "=", 0)
    if (cursor !== undefined) query = query.where("sequence", "<", sequenceBefore(cursor))
    return toPage(await query.execute(), limit, fromRow)
  },

  async pruneDrafts(before) {
    return inTransaction(db, async (tx) => {
      const named = tx
        .selectFrom("deployments")
        .where("status", "!=", "deleted")
        .where("desired_release_id", "is not", null)
      const dropped = await tx
        .selectFrom("releases")
        .select("id")
        .where("draft", "=", 1)
        .where("created_at", "<", before)
        .where("id", "not in", named.select("desired_release_id").$castTo<{ desired_release_id: string }>())
        .execute()
      for (const chunk of inChunks(dropped.map(({ id }) => id))) {
        await tx.deleteFrom("release_platforms").where("release", "in", chunk).execute()
        await tx.deleteFrom("releases").where("id", "in", chunk).execute()
      }
      return dropped.length
    })
  },

  async removeOldReleases(keep, now) {
    return inTransaction(db, async (tx) => {
      const old = await removable(tx, keep)
      for (const { id, stack } of old) {
        const emptied = Object.fromEntries(Object.keys(fromJson(stack)).map((platform) => [platform, null]))
        await tx
          .updateTable("releases")
          .set({ stack: toJson(emptied), removed_at: now })
          .where("id", "=", id)
          .execute()
      }
      return old.length
    })
  },

  async *releasedStacks() {
    let before = Number.MAX_SAFE_INTEGER
    for (;;) {
      const rows = await db
        .selectFrom("releases")
        .select(["sequence", "stack"])
        .where("removed_at", "is", null)
        .where("sequence", "<", before)
        .orderBy("sequence", "desc")
        .limit(STACKS_READ)
        .execute()
      for (const { stack } of rows) yield stack
      const last = rows.at(-1)
      if (!last) return
      before = last.sequence
    }
  },
})

/** Stacks held in memory at once. */
const STACKS_READ = 50

/** Releases of which none of their platforms has them among its newest `keep`, and that no deployment needs. */
async function removable(tx: Tx, keep: number) {
  const ranked = tx
    .selectFrom("release_platforms")
    .innerJoin("releases", "releases.id", "release_platforms.release")
    .where("releases.draft", "=", 0)
    .select((eb) => [
      "release_platforms.release",
      eb.fn
        .agg<number>("row_number")
        .over((over) =>
          over
            .partitionBy(["release_platforms.platform", "release_platforms.stack_id"])
            .orderBy("release_platforms.sequence", "desc"),
        )
        .as("rank"),
    ])
  const kept = tx.selectFrom(ranked.as("ranked")).select("release").where("rank", "<=", keep)
  const needed = tx
    .selectFrom("deployments")
    .innerJoin("queue", "queue.deployment", "deployments.id")
    .where((eb) => eb.or([eb("deployments.status", "!=", "deleted"), eb("queue.forgotten_at", "is not", null)]))
  const column = (name: "desired_release_id" | "current_release_id" | "previous_release_id") =>
    needed.where(name, "is not", null).select(name).$castTo<{ id: string }>()
  return tx
    .selectFrom("releases")
    .select(["id", "stack"])
    .where("draft", "=", 0)
    .where("removed_at", "is", null)
    .where("id", "not in", kept)
    .where("id", "not in", column("desired_release_id"))
    .where("id", "not in", column("current_release_id"))
    .where("id", "not in", column("previous_release_id"))
    .execute()
}

/** Throws `release_removed`, also where it was removed since it was found. */
export async function refuseRemoved(tx: Tx, release: string | null | undefined): Promise<void> {
  if (typeof release !== "string") return
  const found = await tx.selectFrom("releases").select("removed_at").where("id", "=", release).executeTakeFirst()
  if (found && found.removed_at !== null) throw releaseRemoved(release)
}

/** Makes a draft a release like any other, as old as it is. Answers with its stacks; none where it was no draft. */
export async function publish(tx: Tx, id: string): Promise<{ platform: string; stack_id: string | null }[]> {
  const { numUpdatedRows } = await tx
    .updateTable("releases")
    .set({ draft: 0 })
    .where("id", "=", id)
    .where("draft", "=", 1)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return []
  return tx.selectFrom("release_platforms").select(["platform", "stack_id"]).where("release", "=", id).execute()
}

const fromRow = (row: Tables["releases"]): Release => ({
  id: row.id,
  projectId: row.project_id,
  stack: fromJson(row.stack),
  gitMetadata: fromJsonOrNull(row.git_metadata),
  baseImage: fromJsonOrNull(row.base_image),
  draft: row.draft === 1,
  createdAt: row.created_at,
  ...(row.removed_at === null ? {} : { removedAt: row.removed_at }),
})
