import { routes } from "@alienplatform/api"
import { artifactTooLarge } from "../artifacts/artifacts.ts"
import type { AddRoute } from "./add-route.ts"

export const putArtifact: AddRoute = (app, { store, artifacts, clock }) => {
  app.openapi(routes.putArtifact, async (c) => {
    const { sha256 } = c.req.valid("param")
    // What is announced as too large is not taken in first.
    if (Number(c.req.header("content-length")) > artifacts.maxBytes) throw artifactTooLarge(artifacts.maxBytes)
    // From now on it is not swept for a day: the release that needs it is yet to come.
    const known = await store.touchArtifact(sha256, clock.now())
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
