import { routes } from "@alienplatform/api"
import { notFound } from "../answers/not-found.ts"
import { tokenJson } from "../answers/token-json.ts"
import { acceptsByName } from "../http/accepts.ts"
import type { AddRoute } from "./add-route.ts"

export const revokeToken: AddRoute = (app, { store, clock }) => {
  app.openapi(routes.revokeToken, async (c) => {
    const { id } = c.req.valid("param")
    const row = await store.revokeToken(id, clock.now())
    if (!row) throw notFound("token", id)
    c.get("log").info({ id, by: c.get("token").id }, "token revoked")
    return acceptsByName(c, "application/json") ? c.json(tokenJson(row), 200) : c.body(null, 204)
  })
}
