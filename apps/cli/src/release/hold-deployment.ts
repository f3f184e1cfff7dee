import { type Client, PLATFORM_NAMES } from "@alienplatform/api/client"
import { problem } from "@alienplatform/core/error"
import { type Deployment, findDeployment } from "../manager/find-deployment.ts"
import type { Platform } from "./make-release.ts"
import { type JsonObject, mergePatch } from "./settings-file.ts"

const DEFAULT_PLATFORM: Platform = "local"

export interface Target {
  platform: Platform
  existing: Deployment | undefined
}

/** The deployment of that name, or where a new one would go. Throws `platform_mismatch` where the two differ. */
export async function findTarget(client: Client, name: string, wanted: string | undefined): Promise<Target> {
  const platform = wanted === undefined ? undefined : platformNamed(wanted)
  const existing = await findDeployment(client, name)
  if (existing && platform !== undefined && existing.platform !== platform)
    throw problem("platform_mismatch", {
      message: `${name} is on ${existing.platform}, not on ${platform}; a deployment never changes its platform`,
      hint: `leave --platform out, or take another name`,
    })
  return { existing, platform: existing?.platform ?? platform ?? DEFAULT_PLATFORM }
}

/** The deployment to plan for: the existing one, else a new one that is held, so that nothing runs before the plan was seen. */
export async function heldDeployment(
  client: Client,
  name: string,
  { existing, platform }: Target,
  releaseId: string,
  settings: JsonObject | undefined,
): Promise<{ deployment: Deployment; patch: JsonObject | undefined; isNew: boolean }> {
  if (existing)
    return {
      deployment: existing,
      patch: settings ? mergePatch(existing.stackSettings, settings) : undefined,
      isNew: false,
    }
  const { deployment } = await client.createDeployment({
    name,
    platform,
    releaseId,
    hold: true,
    ...(settings ? { stackSettings: settings } : {}),
  })
  return { deployment, patch: undefined, isNew: true }
}

function platformNamed(text: string): Platform {
  const platform = PLATFORM_NAMES.find((name) => name === text)
  if (platform !== undefined) return platform
  throw problem("usage_invalid", {
    message: `--platform ${text} is no platform`,
    hint: `one of ${PLATFORM_NAMES.join(", ")}`,
  })
}
