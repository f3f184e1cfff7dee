import { type Client, PLATFORM_NAMES } from "@alienplatform/api/client"
import { codeOf, nearest, problem } from "@alienplatform/core/error"
import { type Deployment, findDeployment, isDeploymentName } from "../manager/find-deployment.ts"

export type Platform = Deployment["platform"]

export const DEFAULT_PLATFORM: Platform = "local"

export interface Target {
  name: string
  platform: Platform
  existing: Deployment | undefined
  /** Id of a forgotten deployment to take back under the name. */
  adopt: string | undefined
}

/**
 * Finds the deployment of that name, or where a new one would go, before anything is built. Throws `usage_invalid` for
 * an impossible name or platform, `platform_not_supported` for one that the manager does not serve, `platform_mismatch`
 * where the deployment is on another, `name_taken` where the name for an adopted one is in use.
 */
export async function findTarget(
  client: Client,
  name: string,
  { platform: wanted, adopt }: { platform?: string; adopt?: string },
): Promise<Target> {
  if (!isDeploymentName(name))
    throw problem("usage_invalid", {
      message: `${JSON.stringify(name)} is no name of a deployment, because it becomes a part of host names: at most 40 lower-case letters, digits and hyphens, no hyphen at an end`,
      hint: suggestedName(name),
    })
  const platform = wanted === undefined ? undefined : platformNamed(wanted)
  const existing = await findDeployment(client, name)
  if (existing && adopt !== undefined && existing.id !== adopt)
    throw problem("name_taken", {
      message: `${name} is ${existing.id}, so ${adopt} cannot be adopted under that name`,
      hint: `take another name: alien deploy NAME --adopt ${adopt}`,
    })
  const left = existing || adopt === undefined ? undefined : await client.deployment(adopt).catch(nothingIfNotFound)
  const before = existing ?? left
  if (before && platform !== undefined && before.platform !== platform)
    throw problem("platform_mismatch", {
      message: `${before.name} is on ${before.platform}, not on ${platform}; a deployment never changes its platform`,
      hint: `leave --platform out, or take another name`,
    })
  const target = {
    name,
    existing,
    adopt: existing ? undefined : adopt,
    platform: before?.platform ?? platform ?? DEFAULT_PLATFORM,
  }
  if (!before) await refuseUnserved(client, target)
  return target
}

/**
 * Throws unless the manager serves the platform. It asks for a plan, because no other answer says which platforms are
 * served.
 */
export async function refuseUnserved(
  client: Client,
  { name, platform }: Pick<Target, "name" | "platform">,
): Promise<void> {
  // Every manager serves its own machine.
  if (platform === DEFAULT_PLATFORM) return
  await client.planNew({ name, platform }).catch((error) => {
    if (codeOf(error) === "platform_not_supported") throw error
  })
}

/** Ignores `not_found`: planning the adoption reports what is wrong with its id. */
const nothingIfNotFound = (error: unknown): undefined => {
  if (codeOf(error) !== "not_found") throw error
}

/** Parses a list of platforms, separated by commas; each once. */
export const platformsNamed = (text: string): Platform[] => [
  ...new Set(text.split(",").map((name) => platformNamed(name.trim()))),
]

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
