import { routes } from "@alienplatform/api"
import { stackJsonSchema, stackSettingsJsonSchema } from "@alienplatform/core"
import type { AddRoute } from "./add-route.ts"

export const schemas: AddRoute = (app) => {
  app.openapi(routes.stackSchema, (c) => c.json(stackJsonSchema(), 200))
  app.openapi(routes.stackSettingsSchema, (c) => c.json(stackSettingsJsonSchema(), 200))
}
