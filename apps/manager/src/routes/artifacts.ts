import { routes } from "@alienplatform/api"
import type { App } from "../http/app-types.ts"
import type { Deps } from "./deps.ts"

export function artifactHandlers(app: App, { store, artifacts, clock }: Deps): void {
  app.openapi(routes.putArtifact, async (c) => {
    const { sha256 } = c.req.valid("param")
    const known = await store.artifact(sha256)
    if (known && (await artifacts.has(sha256))) {
      await c.req.raw.body?.cancel()
      return c.json({ sha256, size: known.size }, 200)
    }
    const size = await artifacts.write(
      sha256,
      c.req.raw.body ?? new ReadableStream({ start: (empty) => empty.close() }),
    )
    await store.putArtifact({ sha256, size, createdAt: clock.now() })
    return c.json({ sha256, size }, 201)
  })
}
