import { routes } from "@alienplatform/api"
import { stackJsonSchema, stackSettingsJsonSchema } from "@alienplatform/core"
import { DEFAULT } from "../answers/deployment-json.ts"
import type { App } from "../http/app-types.ts"

/** Routes that touch nothing. */
export function publicHandlers(app: App): void {
  app.openapi(routes.health, (c) => c.json({ status: "ok" as const }, 200))
  app.openapi(routes.stackSchema, (c) => c.json(stackJsonSchema(), 200))
  app.openapi(routes.stackSettingsSchema, (c) => c.json(stackSettingsJsonSchema(), 200))
  app.openapi(routes.whoami, (c) => {
    const { id, role, deployment } = c.get("token")
    return c.json(
      {
        kind: "token" as const,
        id,
        workspaceId: DEFAULT,
        workspaceName: DEFAULT,
        role,
        scope: { type: deployment ? ("deployment" as const) : ("workspace" as const), deploymentId: deployment },
      },
      200,
    )
  })
}
