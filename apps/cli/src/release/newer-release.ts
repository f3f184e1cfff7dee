import type { Client } from "@alienplatform/api/client"
import type { Deployment } from "../manager/find-deployment.ts"
import { stackIdOf } from "./stack-id.ts"

/** Releases as the manager lists them, newest first. */
type Releases = Awaited<ReturnType<Client["releases"]>>["items"]

/** Published releases, newest first; none for whoever may not see them. */
export async function publishedReleases(client: Client): Promise<Releases> {
  const page = await client.releases({ limit: 100 }).catch(() => undefined)
  return page?.items.filter(({ draft }) => !draft) ?? []
}

/** The newest release of the same stack and platform, of a deployment that stays with an older one; else undefined. */
export function newerRelease({ desiredReleaseId, platform }: Deployment, releases: Releases): string | undefined {
  const pinned = releases.findIndex(({ id }) => id === desiredReleaseId)
  const stackId = stackIdOf(releases[pinned]?.stack[platform])
  if (stackId === undefined) return undefined
  return releases.slice(0, pinned).find(({ stack }) => stackIdOf(stack[platform]) === stackId)?.id
}

/** Says that a deployment stays with a release, and what is newer; empty where it follows the newest one. */
export async function pinLine(client: Client, deployment: Deployment): Promise<string> {
  const { desiredReleaseId, name, hold } = deployment
  if (!desiredReleaseId || hold) return ""
  const newer = newerRelease(deployment, await publishedReleases(client))
  return newer === undefined ? "" : `pinned to ${desiredReleaseId}; ${newer} is newer: alien redeploy ${name}`
}
