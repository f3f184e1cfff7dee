import { routes } from "@alienplatform/api"
import { foundDeployment } from "../deployment/found.ts"
import { neededRecords } from "../dns/records.ts"
import { ticketOf } from "../dns/text.ts"
import { zoneOf } from "../dns/zone.ts"
import type { AddRoute } from "./add-route.ts"

export const dns: AddRoute = (app, { store }) => {
  app.openapi(routes.dns, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const records = neededRecords(await store.endpoints(deployment.id))
    const { format } = c.req.valid("query")
    if (format === "json") return c.json({ records }, 200)
    return c.text(format === "zone" ? zoneOf(records) : ticketOf(deployment.name, records), 200)
  })
}
