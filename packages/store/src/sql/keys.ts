import type { Store } from "../store.ts"
import type { Db } from "./queries.ts"

type Keys = Pick<Store, "takeKey" | "letKeyGo" | "pruneKeys">

/** No key is held for longer: what ends later was taken before the clock was set back. */
const LONGEST_HOLD_MS = 60 * 60_000

/** Keys that reach beyond a deployment: each has one holder at a time. */
export const keys = (db: Db): Keys => ({
  async takeKey(key, holder, now, until) {
    const taken = { holder, until: Math.min(until, now + LONGEST_HOLD_MS) }
    const row = await db
      .insertInto("leases")
      .values({ key, ...taken })
      .onConflict((conflict) =>
        conflict
          .column("key")
          .doUpdateSet(taken)
          .where((eb) =>
            eb.or([
              eb("leases.holder", "=", holder),
              eb("leases.until", "<=", now),
              eb("leases.until", ">", now + LONGEST_HOLD_MS),
            ]),
          ),
      )
      .returning("key")
      .executeTakeFirst()
    return row !== undefined
  },

  async letKeyGo(key, holder) {
    await db.deleteFrom("leases").where("key", "=", key).where("holder", "=", holder).execute()
  },

  async pruneKeys(now) {
    const { numDeletedRows } = await db.deleteFrom("leases").where("until", "<=", now).executeTakeFirst()
    return Number(numDeletedRows)
  },
})
