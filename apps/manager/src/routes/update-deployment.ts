import { routes } from "@alienplatform/api"
import { deploymentJson } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { findLivingDeployment } from "../deployment/found.ts"
import { OneAtATime } from "../deployment/one-at-a-time.ts"
import { checkPatchedSettings, patchedSettings } from "../deployment/patch-settings.ts"
import { stackOf } from "../release/declared.ts"
import { dryRun } from "../release/dry-run.ts"
import { releaseOf } from "../release/release-of.ts"
import { changeVariables } from "../variables/change.ts"
import { readVariables } from "../variables/stored.ts"
import type { AddRoute } from "./add-route.ts"

export const updateDeployment: AddRoute = (app, deps) => {
  const { store, clock, platforms, sealer } = deps
  const changing = new OneAtATime()

  app.openapi(routes.updateDeployment, async (c) => {
    const { id } = c.req.valid("param")
    const body = c.req.valid("json")
    // Of two changes at once the second one starts from what the first one left.
    return changing.with(id, async () => {
      const deployment = await findLivingDeployment(store, id)
      const open = await platforms.get(deployment.platform)
      const change = { stored: deployment.stackSettings, patch: body.stackSettings }
      const merged = patchedSettings(change.stored, change.patch)
      const release = await releaseOf(store, { ...deployment, stackSettings: merged })
      const stack = release && stackOf(release, deployment.platform)
      const stackSettings = checkPatchedSettings(open.platform, { ...change, stack })
      const changes = body.environmentVariables ?? []
      const environmentVariables = changeVariables(sealer, id, deployment.environmentVariables, changes)
      const wanted = { ...deployment, stackSettings, environmentVariables }
      if (release) await dryRun(deps, open, wanted, release)
      else readVariables(sealer, wanted)
      const changed = await store.change(id, { stackSettings, environmentVariables }, clock.now())
      return c.json(deploymentJson(changed, viewOf(c.get("token").role)), 200)
    })
  })
}
