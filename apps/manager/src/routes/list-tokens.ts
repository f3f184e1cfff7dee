import { routes } from "@alienplatform/api"
import { tokenJson } from "../answers/token-json.ts"
import type { AddRoute } from "./add-route.ts"

export const listTokens: AddRoute = (app, { store }) => {
  app.openapi(routes.listTokens, async (c) => c.json({ items: (await store.tokens()).map(tokenJson) }, 200))
}
