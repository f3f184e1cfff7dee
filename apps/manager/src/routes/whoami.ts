import { routes } from "@alienplatform/api"
import { DEFAULT_ID } from "../release/default-id.ts"
import type { AddRoute } from "./add-route.ts"

export const whoami: AddRoute = (app, { url }) => {
  app.openapi(routes.whoami, (c) => {
    const { id, role, deployment } = c.get("token")
    return c.json(
      {
        kind: "token" as const,
        id,
        workspaceId: DEFAULT_ID,
        workspaceName: DEFAULT_ID,
        managerUrl: url(),
        role,
        scope: { type: deployment ? ("deployment" as const) : ("workspace" as const), deploymentId: deployment },
      },
      200,
    )
  })
}
