import { routes, type TokenRole } from "@alienplatform/api"
import { problem, violations } from "@alienplatform/core"
import type { Store, TokenRow } from "@alienplatform/store"
import { tokenJson } from "../answers/token-json.ts"
import { findDeployment } from "../deployment/found.ts"
import { createToken as storedToken } from "../tokens/stored-token.ts"
import type { AddRoute } from "./add-route.ts"

export const createToken: AddRoute = (app, { store, clock }) => {
  app.openapi(routes.createToken, async (c) => {
    const { role: asked, type, deploymentId, description } = c.req.valid("json")
    const role = roleOf(asked, type)
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
  const { name, status } = await findDeployment(store, id)
  if (status !== "deleted") return id
  throw problem("not_found", {
    message: `deployment ${name} (${id}) is deleted, so its tokens are good for nothing; name one that is not`,
    context: { deployment: id },
  })
}

/** The role that is asked for; throws for a kind of token that other versions of the API make. */
function roleOf(role: TokenRole | undefined, type: string | undefined): TokenRole {
  if (type !== undefined)
    throw problem("not_supported", {
      message: `tokens of type ${JSON.stringify(type)} are not made here; leave type out and ask for a role, "admin" or "customer"`,
      context: { type },
    })
  if (role !== undefined) return role
  throw violations("request_invalid", "the body", [
    { path: "role", code: "value_missing", message: 'is missing; write "admin" or "customer"' },
  ])
}
