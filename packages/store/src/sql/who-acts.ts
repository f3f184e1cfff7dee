import type { Kysely } from "kysely"

/** The columns as they were, JSON that may have any shape. */
interface Tables {
  endpoints: { deployment: string; resource: string; endpoint: string; body: string }
  objects: { deployment: string; object: string; body: string }
  plans: { deployment: string; plan: string }
}

type Members = Record<string, unknown>

/**
 * Writes who acts, and whose an object is, in the words of today. Versions before 0.2 wrote `us` for the manager; why an
 * object waits named the provider too, which follows from its code.
 */
export async function whoActs(db: Kysely<unknown>): Promise<void> {
  const tables = db as Kysely<Tables>
  const endpoints = await tables
    .selectFrom("endpoints")
    .select(["deployment", "resource", "endpoint", "body"])
    .where("body", "like", '%"on":"us"%')
    .execute()
  for (const { deployment, resource, endpoint, body } of endpoints)
    await tables
      .updateTable("endpoints")
      .set({ body: changed(body, report) })
      .where("deployment", "=", deployment)
      .where("resource", "=", resource)
      .where("endpoint", "=", endpoint)
      .execute()
  const objects = await tables
    .selectFrom("objects")
    .select(["deployment", "object", "body"])
    .where((eb) => eb.or([eb("body", "like", '%"on":"provider"%'), eb("body", "like", '%"on":"us"%')]))
    .execute()
  for (const { deployment, object, body } of objects)
    await tables
      .updateTable("objects")
      .set({ body: changed(body, row) })
      .where("deployment", "=", deployment)
      .where("object", "=", object)
      .execute()
  const plans = await tables
    .selectFrom("plans")
    .select(["deployment", "plan"])
    .where("plan", "like", '%"of":"us"%')
    .execute()
  for (const { deployment, plan } of plans)
    await tables
      .updateTable("plans")
      .set({ plan: changed(plan, stored) })
      .where("deployment", "=", deployment)
      .execute()
}

const changed = (json: string, change: (value: Members) => Members): string => JSON.stringify(change(JSON.parse(json)))

const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null

/** The members of `value` that are there and are objects or lists, changed. */
const within = (value: Members, changes: Readonly<Record<string, (inner: Members) => unknown>>): Members => ({
  ...value,
  ...Object.fromEntries(
    Object.entries(changes).flatMap(([name, change]) => {
      const inner = value[name]
      return isMembers(inner) ? [[name, change(inner)]] : []
    }),
  ),
})

const each = (change: (item: Members) => Members) => (list: Members) =>
  Array.isArray(list) ? list.map((item: unknown) => (isMembers(item) ? change(item) : item)) : list

const condition = (found: Members): Members => (found.on === "us" ? { ...found, on: "manager" } : found)
const host = (found: Members): Members => within(found, { conditions: each(condition) })
const report = (found: Members): Members => within(found, { conditions: each(condition), hosts: each(host) })

function reason({ on, ...why }: Members): Members {
  return on === undefined || on === "us" || on === "provider" ? why : { ...why, on }
}
const explained = (found: Members): Members => within(found, { why: reason })
const parts = (all: Members): Members =>
  within(all, Object.fromEntries(Object.keys(all).map((key) => [key, explained])))
/** The oldest rows have `why` beside `status`. */
const row = (found: Members): Members => within(explained(found), { state: explained, parts })

const action = (found: Members): Members => (found.of === "us" ? { ...found, of: "manager" } : found)
const plan = (found: Members): Members => within(found, { actions: each(action) })
const shown = (found: Members): Members => within(found, { plan })
const views = (found: Members): Members => within(found, { whole: shown, withoutValues: shown })
const stored = (found: Members): Members => within(found, { views })
