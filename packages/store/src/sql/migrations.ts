import { type Kysely, type Migration, type MigrationProvider, sql } from "kysely"
import { fromJson } from "./json-text.ts"
import { stackIdOf } from "./stack-id.ts"
import type { Tables } from "./tables.ts"
import { whoActs } from "./who-acts.ts"

/**
 * Every schema there ever was, oldest first. A published migration is never edited: the next one changes what it
 * did. Names sort in the order in which they run.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001_first": { up: first },
  "0002_previous_release": { up: previousRelease },
  "0003_stack_of_release": { up: stackOfRelease },
  "0004_leases": { up: leases },
  "0005_forgotten": { up: forgotten },
  "0006_rate_limits": { up: rateLimits },
  "0007_drift": { up: drift },
  "0008_who_acts": { up: whoActs },
  "0009_removed_releases": { up: removedReleases },
  "0010_base_image": { up: baseImage },
}

export const migrationProvider: MigrationProvider = { getMigrations: async () => ({ ...migrations }) }

async function first(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable("installation")
    .addColumn("singleton", "integer", (column) => column.primaryKey().check(sql`singleton = 1`))
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute()
  await schema
    .createTable("counters")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("value", "bigint", (column) => column.notNull())
    .execute()
  await schema
    .createTable("artifacts")
    .addColumn("sha256", "text", (column) => column.primaryKey())
    .addColumn("size", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute()
  await releases(db)
  await deployments(db)
  await run(db)
  await schema
    .createTable("tokens")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("deployment", "text")
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .execute()
}

async function releases({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("releases")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("sequence", "bigint", (column) => column.notNull().unique())
    .addColumn("project_id", "text", (column) => column.notNull())
    .addColumn("git_metadata", "text")
    .addColumn("draft", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("stack", "text", (column) => column.notNull())
    .execute()
  await schema
    .createTable("release_platforms")
    .addColumn("platform", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("release", "text", (column) => column.notNull().references("releases.id"))
    .addPrimaryKeyConstraint("release_platforms_key", ["platform", "sequence"])
    .execute()
}

async function deployments({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("deployments")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("sequence", "bigint", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("platform", "text", (column) => column.notNull())
    .addColumn("resource_prefix", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("desired_release_id", "text")
    .addColumn("current_release_id", "text")
    .addColumn("hold", "integer", (column) => column.notNull())
    .addColumn("retry_generation", "bigint")
    .addColumn("delete_action", "text")
    .addColumn("created_with", "text", (column) => column.notNull())
    .addColumn("generation", "bigint", (column) => column.notNull())
    .addColumn("observed_generation", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("deleted_at", "bigint")
    .addColumn("target", "text", (column) => column.notNull())
    .addColumn("stack_settings", "text", (column) => column.notNull())
    .addColumn("environment_variables", "text", (column) => column.notNull())
    .addColumn("error", "text")
    .execute()
  await schema
    .createIndex("deployments_name")
    .on("deployments")
    .column("name")
    .unique()
    .where(sql.ref("status"), "!=", sql.lit("deleted"))
    .execute()
  await schema.createIndex("deployments_platform").on("deployments").columns(["platform", "sequence"]).execute()
  await schema.createIndex("deployments_status").on("deployments").columns(["status", "sequence"]).execute()
  await schema
    .createTable("queue")
    .addColumn("deployment", "text", (column) => column.primaryKey().references("deployments.id"))
    .addColumn("due_at", "bigint")
    .addColumn("lease_owner", "text")
    .addColumn("lease_until", "bigint")
    .addColumn("epoch", "bigint", (column) => column.notNull())
    .addColumn("claimable_at", "bigint")
    .addColumn("last_event", "bigint", (column) => column.notNull())
    .execute()
  await schema.createIndex("queue_claimable").on("queue").columns(["claimable_at", "deployment"]).execute()
}

/** What runs write about a deployment. */
async function run({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("objects")
    .addColumn("deployment", "text", (column) => column.notNull().references("deployments.id"))
    .addColumn("object", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("objects_key", ["deployment", "object"])
    .execute()
  await schema
    .createTable("choices")
    .addColumn("deployment", "text", (column) => column.notNull().references("deployments.id"))
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("choices_key", ["deployment", "key"])
    .execute()
  await schema
    .createTable("endpoints")
    .addColumn("deployment", "text", (column) => column.notNull().references("deployments.id"))
    .addColumn("resource", "text", (column) => column.notNull())
    .addColumn("endpoint", "text", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("endpoints_key", ["deployment", "resource", "endpoint"])
    .execute()
  await schema
    .createTable("events")
    .addColumn("deployment", "text", (column) => column.notNull().references("deployments.id"))
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("node", "text", (column) => column.notNull())
    .addColumn("object", "text")
    .addColumn("event", "text", (column) => column.notNull())
    .addColumn("code", "text")
    .addColumn("message", "text")
    .addPrimaryKeyConstraint("events_key", ["deployment", "sequence"])
    .execute()
  await schema.createIndex("events_at").on("events").column("at").execute()
  await schema
    .createTable("plans")
    .addColumn("deployment", "text", (column) => column.primaryKey().references("deployments.id"))
    .addColumn("plan", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute()
}

/** What a rollback goes back to, and how a wrong key is noticed. */
async function previousRelease({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable("deployments").addColumn("previous_release_id", "text").execute()
  await schema.alterTable("installation").addColumn("key_check", "text").execute()
}

/** Whose releases a deployment follows. */
async function stackOfRelease(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("release_platforms").addColumn("stack_id", "text").execute()
  await db.schema.alterTable("deployments").addColumn("stack_id", "text").execute()
  const tables = db as Kysely<Tables>
  for (const { id, stack } of await tables.selectFrom("releases").select(["id", "stack"]).execute())
    for (const [platform, built] of Object.entries(fromJson(stack))) {
      const named = { stack_id: stackIdOf(built) }
      await tables
        .updateTable("release_platforms")
        .set(named)
        .where("release", "=", id)
        .where("platform", "=", platform)
        .execute()
      await tables
        .updateTable("deployments")
        .set(named)
        .where((eb) => eb(eb.fn.coalesce("desired_release_id", "current_release_id"), "=", id))
        .where("platform", "=", platform)
        .execute()
    }
}

/** Keys under which calls of several deployments never overlap. */
async function leases({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("leases")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("holder", "text", (column) => column.notNull())
    .addColumn("until", "bigint", (column) => column.notNull())
    .execute()
}

/** Adds the time at which a deployment was forgotten: those may be adopted. */
async function forgotten({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable("queue").addColumn("forgotten_at", "bigint").execute()
}

/** Places that clouds give to calls, shared by all who use the database. */
async function rateLimits({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("rate_limits")
    .addColumn("bucket", "text", (column) => column.primaryKey())
    .addColumn("body", "text")
    .addColumn("used_until", "double precision", (column) => column.notNull())
    .execute()
}

/** What a deployment's answers tell of drift, beside what they are read with. */
async function drift({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable("deployments").addColumn("drift", "text").execute()
}

/** When a release was removed because newer ones took its place. */
async function removedReleases({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable("releases").addColumn("removed_at", "bigint").execute()
}

/** What images of a release are built on. */
async function baseImage({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable("releases").addColumn("base_image", "text").execute()
}
