import { type Client, PLATFORM_NAMES } from "@alienplatform/api/client"
import { codeOf, nearest, problem } from "@alienplatform/core/error"
import { type Deployment, findDeployment, isDeploymentName } from "../manager/find-deployment.ts"

export type Platform = Deployment["platform"]

const DEFAULT_PLATFORM: Platform = "local"

export interface Target {
  name: string
  platform: Platform
  existing: Deployment | undefined
}

/**
 * The deployment of that name, or where a new one would go; asked before anything is built. Throws `usage_invalid` for
 * a name or a platform that cannot be, `platform_not_supported` for one that the manager does not serve,
 * `platform_mismatch` where the deployment is elsewhere.
 */
export async function findTarget(client: Client, name: string, wanted: string | undefined): Promise<Target> {
  if (!isDeploymentName(name))
    throw problem("usage_invalid", {
      message: `${JSON.stringify(name)} is no name of a deployment, because it becomes a part of host names: at most 40 lower-case letters, digits and hyphens, no hyphen at an end`,
      hint: suggestedName(name),
    })
  const platform = wanted === undefined ? undefined : platformNamed(wanted)
  const existing = await findDeployment(client, name)
  if (existing && platform !== undefined && existing.platform !== platform)
    throw problem("platform_mismatch", {
      message: `${name} is on ${existing.platform}, not on ${platform}; a deployment never changes its platform`,
      hint: `leave --platform out, or take another name`,
    })
  const target = { name, existing, platform: existing?.platform ?? platform ?? DEFAULT_PLATFORM }
  if (!existing) await refuseUnserved(client, target)
  return target
}

/** Asks for a plan of whatever there is, because nothing else says which platforms a manager serves. */
async function refuseUnserved(client: Client, { name, platform }: Target): Promise<void> {
  // Every manager serves its own machine.
  if (platform === DEFAULT_PLATFORM) return
  await client.planNew({ name, platform }).catch((error) => {
    if (codeOf(error) === "platform_not_supported") throw error
  })
}

export function platformNamed(text: string): Platform {
  const platform = PLATFORM_NAMES.find((name) => name === text)
  if (platform !== undefined) return platform
  const meant = nearest(text, PLATFORM_NAMES)
  throw problem("usage_invalid", {
    message: `--platform ${text} is no platform`,
    hint: meant ? `did you mean: ${meant}?` : `one of ${PLATFORM_NAMES.join(", ")}`,
  })
}

function suggestedName(name: string): string {
  const suggestion = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, "")
  return suggestion ? `for example: ${suggestion}` : "for example: shop"
}
