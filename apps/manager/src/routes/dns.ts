import { routes } from "@alienplatform/api"
import { findDeployment } from "../deployment/found.ts"
import { neededRecords } from "../dns/records.ts"
import { ticketText } from "../dns/text.ts"
import { zoneOf } from "../dns/zone.ts"
import type { AddRoute } from "./add-route.ts"

export const dns: AddRoute = (app, { store }) => {
  app.openapi(routes.dns, async (c) => {
    const deployment = await findDeployment(store, c.req.valid("param").id)
    const records = neededRecords(await store.endpoints(deployment.id))
    const { format } = c.req.valid("query")
    if (format === "json") return c.json({ records }, 200)
    return c.text(format === "zone" ? zoneOf(records) : ticketText(deployment.name, records), 200)
  })
}
