import { LOG_CURSOR_HEADER, type LogEntry, type RecentLogEntry, routes } from "@alienplatform/api"
import { problem, violations } from "@alienplatform/core"
import type { Deployment } from "@alienplatform/store"
import { findDeployment } from "../deployment/found.ts"
import { noteWatcher } from "../deployment/note-watcher.ts"
import { acceptsByName } from "../http/accepts.ts"
import { stackOf } from "../release/declared.ts"
import { releaseOf } from "../release/release-of.ts"
import type { AddRoute } from "./add-route.ts"
import type { Deps } from "./deps.ts"

export const logs: AddRoute = (app, deps) => {
  const { store, platforms } = deps

  app.openapi(routes.logs, async (c) => {
    const { resource: asked, since, limit, access } = c.req.valid("query")
    const deployment = await findDeployment(store, c.req.valid("param").id)
    const declared = await declaredIds(deps, deployment)
    const resource = asked === undefined ? undefined : known(asked, declared, deployment)
    const { platform, context } = await platforms.get(deployment.platform)
    if (!platform.logs)
      throw problem("logs_not_supported", {
        message: `the logs of platform ${deployment.platform} cannot be read here; read them with its own tools`,
        context: { platform: deployment.platform },
      })
    const asDocument = acceptsByName(c, "application/json")
    const from = asDocument && since !== undefined ? timeOf(since) : 0
    await noteWatcher(deps, deployment, c.get("log"))
    const { entries, cursor } = await platform.logs(context, {
      deployment: deployment.id,
      limit,
      access: access === "true",
      ...(resource === undefined ? {} : { resource }),
      ...(since === undefined || asDocument ? {} : { since }),
    })
    const lines = entries.map(
      ({ time, resource: id, replica, incarnation, stream, line }): LogEntry => ({
        ...{ time, resource: declared.get(id.toLowerCase()) ?? id, replica, incarnation, stream, line },
      }),
    )
    if (asDocument)
      return c.json({ items: lines.filter(({ time }) => Date.parse(time) >= from).map(recentLogEntry) }, 200)
    const text = lines.map((entry) => `${JSON.stringify(entry)}\n`).join("")
    const headers = { "content-type": "application/x-ndjson; charset=utf-8", [LOG_CURSOR_HEADER]: cursor }
    // The types of the router know one document, not a line of one each.
    return c.body(text, 200, headers) as never
  })
}

const recentLogEntry = ({ time, resource, replica, incarnation, stream, line }: LogEntry): RecentLogEntry => ({
  timestamp: time,
  severity: stream === "stderr" ? "ERROR" : "INFO",
  resource,
  message: line,
  attributes: { stream, replica: `${replica}`, incarnation: `${incarnation}` },
})

function timeOf(since: string): number {
  const time = /^\d{4}-\d\d-\d\dT/.test(since) ? Date.parse(since) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw violations("request_invalid", "the query", [
    {
      path: "since",
      code: "value_malformed",
      message: `is ${JSON.stringify(since.slice(0, 80))}; in a JSON document it has to be a time (RFC 3339)`,
    },
  ])
}

/** Ids as declared, by their lower case, of what is wanted and of what was installed last. */
async function declaredIds({ store }: Deps, deployment: Deployment): Promise<Map<string, string>> {
  const { currentReleaseId, platform } = deployment
  const releases = await Promise.all([
    currentReleaseId === null ? undefined : store.release(currentReleaseId),
    releaseOf(store, deployment),
  ])
  const ids = releases.flatMap((release) =>
    release && release.removedAt === undefined ? Object.keys(stackOf(release, platform).resources) : [],
  )
  return new Map(ids.map((id) => [id.toLowerCase(), id]))
}

function known(asked: string, declared: ReadonlyMap<string, string>, { name }: Deployment): string {
  const id = declared.get(asked.toLowerCase())
  if (id !== undefined) return id
  const resources = [...declared.values()]
  throw problem("resource_unknown", {
    message: `${name} has no resource ${asked}; it has ${resources.join(", ") || "none"}`,
    context: { resource: asked, resources },
  })
}
