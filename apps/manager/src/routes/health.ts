import { routes } from "@alienplatform/api"
import type { AddRoute } from "./add-route.ts"

export const health: AddRoute = (app, { store }) => {
  let known: string | undefined
  app.openapi(routes.health, async (c) => {
    known ??= (await store.installation()).id
    return c.json({ status: "ok" as const, installation: known }, 200)
  })
}
