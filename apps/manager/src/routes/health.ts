import { routes } from "@alienplatform/api"
import type { AddRoute } from "./add-route.ts"

export const health: AddRoute = (app) => {
  app.openapi(routes.health, (c) => c.json({ status: "ok" as const }, 200))
}
