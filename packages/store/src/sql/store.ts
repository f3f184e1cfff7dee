import { newId, type RandomBytes } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { Store } from "../store.ts"
import { artifacts } from "./artifacts.ts"
import { buckets, type DatabaseTime } from "./buckets.ts"
import { deletion } from "./deletion.ts"
import { deployments } from "./deployments.ts"
import { endpoints } from "./endpoints.ts"
import { keys } from "./keys.ts"
import { objects } from "./objects.ts"
import type { Db } from "./queries.ts"
import { queue } from "./queue.ts"
import { releases } from "./releases.ts"
import { createRunRequests } from "./run-requests.ts"
import { tokens } from "./tokens.ts"

export interface SqlStoreOptions {
  /** Migrated. */
  db: Db
  /** Gives the connections back; queries after it fail with `store_unavailable`. */
  close: () => Promise<void>
  clock: Clock
  time: DatabaseTime
  random: RandomBytes | undefined
}

/** The store over any SQL database that Kysely speaks to. */
export function sqlStore({ db, close, clock, time, random }: SqlStoreOptions): Store {
  const requests = createRunRequests()
  return {
    close,

    async installation() {
      const known = db.selectFrom("installation").select(["id", "created_at as createdAt"])
      const found = await known.executeTakeFirst()
      if (found) return found
      await db
        .insertInto("installation")
        .values({ singleton: 1, id: newId("ins", random), created_at: clock.now() })
        .onConflict((conflict) => conflict.column("singleton").doNothing())
        .execute()
      return known.executeTakeFirstOrThrow()
    },

    async keyCheck(value) {
      const { key_check: kept } = await db
        .updateTable("installation")
        .set((eb) => ({ key_check: eb.fn.coalesce("key_check", eb.val(value)) }))
        .returning("key_check")
        .executeTakeFirstOrThrow()
      return kept ?? value
    },

    ...artifacts(db),
    ...releases(db),
    ...deployments(db, requests),
    ...deletion(db, requests, random),
    ...queue(db, requests),
    ...objects(db),
    ...keys(db),
    ...buckets(db, time),
    ...endpoints(db),
    ...tokens(db),
  }
}
