import { routes } from "@alienplatform/api"
import { problem, violations } from "@alienplatform/core"
import type { Store, TokenRow } from "@alienplatform/store"
import { tokenJson } from "../answers/token-json.ts"
import { foundDeployment } from "../deployment/found.ts"
import { createToken as storedToken } from "../tokens/stored-token.ts"
import type { AddRoute } from "./add-route.ts"

export const createToken: AddRoute = (app, { store, clock }) => {
  app.openapi(routes.createToken, async (c) => {
    const { role, deploymentId, description } = c.req.valid("json")
    const deployment = await deploymentFor(store, role, deploymentId ?? null)
    const { row, secret } = await storedToken(store, { role, deployment, description }, clock.now())
    c.get("log").info({ id: row.id, role, deployment, by: c.get("token").id }, "token created")
    return c.json({ token: tokenJson(row), secret }, 201)
  })
}

/** The deployment of a customer's token, which has to live; null for an admin's. */
async function deploymentFor(store: Store, role: TokenRow["role"], id: string | null): Promise<string | null> {
  if ((role === "admin") !== (id === null))
    throw violations("request_invalid", "the body", [
      role === "admin"
        ? { path: "deploymentId", code: "value_malformed", message: "an admin's token is for everything; remove it" }
        : { path: "deploymentId", code: "value_missing", message: "a customer's token is for one deployment; name it" },
    ])
  if (id === null) return null
  const { name, status } = await foundDeployment(store, id)
  if (status !== "deleted") return id
  throw problem("not_found", {
    message: `deployment ${name} (${id}) is deleted, so its tokens are good for nothing; name one that is not`,
    context: { deployment: id },
  })
}
