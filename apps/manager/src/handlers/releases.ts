import { type CreateReleaseRequest, routes } from "@alienplatform/api"
import { AlienError, type Json, newId, problem, type Violation, violations } from "@alienplatform/core"
import type { Release } from "@alienplatform/store"
import { artifactsOf, refuseUnreleasable, stackOf } from "../declared.ts"
import type { Deps } from "../deps.ts"
import type { App } from "../http/app-types.ts"
import { notFound } from "./not-found.ts"
import { releaseJson } from "./release-json.ts"

export function releaseHandlers(app: App, deps: Deps): void {
  const { store, clock } = deps

  app.openapi(routes.createRelease, async (c) => {
    const release = await checkedRelease(deps, c.req.valid("json"))
    await store.createRelease(release)
    for (const platform of Object.keys(release.stack)) await store.wishFollowers(platform, clock.now())
    return c.json(releaseJson(release), 201)
  })

  app.openapi(routes.listReleases, async (c) => {
    const { limit, cursor } = c.req.valid("query")
    const page = await store.releases({ limit, ...(cursor === undefined ? {} : { cursor }) })
    return c.json({ items: page.items.map(releaseJson), nextCursor: page.nextCursor }, 200)
  })

  app.openapi(routes.latestRelease, async (c) => {
    const release = await store.latestRelease(c.req.valid("query").platform)
    if (!release) throw problem("not_found", { message: "there is no release yet" })
    return c.json(releaseJson(release), 200)
  })

  app.openapi(routes.getRelease, async (c) => {
    const { id } = c.req.valid("param")
    const release = await store.release(id)
    if (!release) throw notFound("release", id)
    return c.json(releaseJson(release), 200)
  })
}

/** Every stack of it parsed and free of what a release cannot carry, its artifacts here. */
async function checkedRelease(
  { store, clock, platforms, artifacts }: Deps,
  body: CreateReleaseRequest,
): Promise<Release> {
  const names = Object.keys(body.stack)
  if (names.length === 0)
    throw violations("request_invalid", "the body", [
      { path: "stack", code: "value_missing", message: "has no stack; give one for at least one platform" },
    ])
  const release: Release = {
    id: newId("rel"),
    projectId: body.projectId,
    stack: body.stack as Record<string, Json>,
    gitMetadata: (body.gitMetadata ?? null) as Json,
    createdAt: clock.now(),
  }
  const missing: Violation[] = []
  for (const platform of names) {
    if (!platforms.has(platform)) throw platforms.unsupported(platform)
    const stack = inStack(platform, () => stackOf(release, platform))
    refuseUnreleasable(stack, platform)
    for (const { path, sha256 } of artifactsOf(stack))
      if (!((await store.artifact(sha256)) && (await artifacts.has(sha256))))
        missing.push({
          path: `stack.${platform}.${path}`,
          code: "artifact_unknown",
          message: `artifact ${sha256} is not here; upload it with PUT /v1/artifacts/${sha256} first`,
        })
  }
  if (missing.length > 0) throw violations("artifact_unknown", "the release", missing)
  return release
}

/** Core's violations name places in the stack; the request has the stack under its platform. */
function inStack<T>(platform: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    const found = error instanceof AlienError ? error.context?.violations : undefined
    if (!(error instanceof AlienError) || !Array.isArray(found)) throw error
    throw violations(
      error.code,
      `stack.${platform}`,
      (found as Violation[]).map((violation) => ({ ...violation, path: `stack.${platform}.${violation.path}` })),
    )
  }
}
