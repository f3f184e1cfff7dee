import type { BucketState, Buckets } from "@alienplatform/engine"
import type { Store } from "../store.ts"
import { fromJson, toJson } from "./json-text.ts"
import { type Db, inChunks, inTransaction, type Tx } from "./queries.ts"

/** What time it is for all who use the database, ms since the epoch: by its own clock where it has one. */
export type DatabaseTime = (db: Db) => Promise<number>

/** Buckets of rate limits, for every limiter on the database. */
export const buckets = (db: Db, time: DatabaseTime): Pick<Store, "buckets" | "pruneBuckets"> => ({
  buckets: {
    async read(names) {
      const states = new Map<string, BucketState>()
      for (const chunk of inChunks(names)) {
        const found = await db.selectFrom("rate_limits").selectAll().where("bucket", "in", chunk).execute()
        for (const { bucket, body } of found) if (body !== null) states.set(bucket, fromJson(body))
      }
      return { now: await time(db), states }
    },

    update: (names, change) =>
      inTransaction(db, async (tx) => {
        const states = await lockBuckets(tx, names)
        const { states: changed, answer } = change({ now: await time(tx), states })
        await writeBuckets(tx, changed)
        return answer
      }),
  } satisfies Buckets,

  async pruneBuckets(before) {
    const { numDeletedRows } = await db.deleteFrom("rate_limits").where("used_until", "<", before).executeTakeFirst()
    return Number(numDeletedRows)
  },
})

/** Buckets as they are, and nobody else's until the commit: an upsert that changes nothing holds rows that there were none of, too. */
async function lockBuckets(tx: Tx, names: readonly string[]): Promise<Map<string, BucketState>> {
  const rows = await tx
    .insertInto("rate_limits")
    .values(names.map((bucket) => ({ bucket, body: null, used_until: 0 })))
    .onConflict((conflict) => conflict.column("bucket").doUpdateSet((eb) => ({ bucket: eb.ref("excluded.bucket") })))
    .returning(["bucket", "body"])
    .execute()
  return new Map(rows.flatMap(({ bucket, body }) => (body === null ? [] : [[bucket, fromJson(body)]])))
}

async function writeBuckets(tx: Tx, states: ReadonlyMap<string, BucketState>): Promise<void> {
  for (const [bucket, state] of states)
    await tx
      .updateTable("rate_limits")
      .set({ body: toJson(state), used_until: usedUntil(state) })
      .where("bucket", "=", bucket)
      .execute()
}

/** A hold counts as long as somebody may have a place from before it. */
const usedUntil = ({ at, freeAt, places, heldUntil }: BucketState): number =>
  Math.max(at, freeAt, heldUntil, places.at(-1) ?? 0)
