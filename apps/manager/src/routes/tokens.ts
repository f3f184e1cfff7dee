import { routes, type TokenResponse } from "@alienplatform/api"
import { problem, violations } from "@alienplatform/core"
import type { Store, TokenRow } from "@alienplatform/store"
import { foundDeployment, notFound } from "../deployment/found.ts"
import type { App } from "../http/app-types.ts"
import { createToken } from "../tokens/stored-token.ts"
import type { Deps } from "./deps.ts"

export function tokenHandlers(app: App, { store, clock }: Deps): void {
  app.openapi(routes.createToken, async (c) => {
    const { role, deploymentId, description } = c.req.valid("json")
    const deployment = await deploymentFor(store, role, deploymentId ?? null)
    const { row, secret } = await createToken(store, { role, deployment, description }, clock.now())
    c.get("log").info({ id: row.id, role, deployment, by: c.get("token").id }, "token created")
    return c.json({ token: tokenJson(row), secret }, 201)
  })

  app.openapi(routes.listTokens, async (c) => c.json({ items: (await store.tokens()).map(tokenJson) }, 200))

  app.openapi(routes.revokeToken, async (c) => {
    const { id } = c.req.valid("param")
    const row = await store.revokeToken(id, clock.now())
    if (!row) throw notFound("token", id)
    c.get("log").info({ id, by: c.get("token").id }, "token revoked")
    return c.json(tokenJson(row), 200)
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

const time = (ms: number): string => new Date(ms).toISOString()

const tokenJson = ({ id, role, deployment, description, createdAt, revokedAt }: TokenRow): TokenResponse => ({
  ...{ id, role, description },
  deploymentId: deployment,
  createdAt: time(createdAt),
  revokedAt: revokedAt === null ? null : time(revokedAt),
})
