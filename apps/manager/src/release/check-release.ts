import type { CreateReleaseRequest } from "@alienplatform/api"
import { AlienError, newId, type Violation, violations } from "@alienplatform/core"
import type { Code } from "@alienplatform/core/codes"
import type { Clock } from "@alienplatform/engine"
import type { Release, Store } from "@alienplatform/store"
import type { ArtifactFiles } from "../artifacts/artifacts.ts"
import type { Platforms } from "../platforms/platforms.ts"
import type { Sealer } from "../secrets/seal.ts"
import { artifactsOf, refuseUnreleasable, stackOf } from "./declared.ts"
import { DEFAULT_ID } from "./default-id.ts"
import { expandFor, worstDeployment } from "./dry-run.ts"

/** The channel of every release, as published clients call the one that they follow without naming any. */
const CHANNEL = "production"

/** What a release is checked against. */
export interface ReleaseChecks {
  store: Store
  clock: Clock
  platforms: Platforms
  artifacts: ArtifactFiles
  sealer: Sealer
}

/**
 * A release to be stored: every stack of it parsed and free of what a release cannot carry, its artifacts here, and
 * nothing in it that its platform refuses whatever the deployment is. Throws with every reason, each under its place in
 * the request.
 */
export async function checkRelease(deps: ReleaseChecks, body: CreateReleaseRequest): Promise<Release> {
  const stacks = Object.entries(body.stack).filter(([, stack]) => stack !== null && stack !== undefined)
  const names = stacks.map(([platform]) => platform)
  if (names.length === 0)
    throw violations("request_invalid", "the body", [
      { path: "stack", code: "value_missing", message: "has no stack; give one for at least one platform" },
    ])
  if (body.channel && body.channel !== CHANNEL)
    throw violations("setting_not_supported", "the release", [
      {
        path: "channel",
        code: "setting_not_supported",
        message: `there is one channel, ${CHANNEL}; leave it out`,
      },
    ])
  const release: Release = {
    id: newId("rel"),
    projectId: body.projectId ?? body.project ?? DEFAULT_ID,
    stack: Object.fromEntries(stacks),
    gitMetadata: body.gitMetadata ?? null,
    baseImage: body.baseImage ?? null,
    draft: body.draft ?? false,
    createdAt: deps.clock.now(),
  }
  for (const platform of names) {
    if (!deps.platforms.has(platform)) throw deps.platforms.unsupported(platform)
    refuseUnreleasable(
      inStack(platform, () => stackOf(release, platform)),
      platform,
    )
  }
  const missing = (await Promise.all(names.map((platform) => missingArtifacts(deps, release, platform)))).flat()
  if (missing.length > 0) throw violations("artifact_unknown", "the release", missing)
  const mismatched = (await Promise.all(names.map((platform) => otherTargets(deps, release, platform)))).flat()
  if (mismatched.length > 0) throw violations("artifact_target_mismatch", "the release", mismatched)
  const refused = (await Promise.all(names.map((platform) => refusedBy(deps, release, platform)))).flat()
  if (refused.length > 0) throw violations("stack_not_supported", "the release", refused)
  return release
}

async function missingArtifacts(
  { store, artifacts, clock }: ReleaseChecks,
  release: Release,
  platform: string,
): Promise<Violation[]> {
  const missing: Violation[] = []
  for (const { path, sha256 } of artifactsOf(stackOf(release, platform)))
    if (!((await store.touchArtifact(sha256, clock.now())) && (await artifacts.has(sha256))))
      missing.push({
        path: `stack.${platform}.${path}`,
        code: "artifact_unknown",
        message: `artifact ${sha256} is not here; upload it with PUT /v1/artifacts/${sha256} first`,
      })
  return missing
}

/** Artifacts with compiled code that the platform's machines do not run. */
async function otherTargets(
  { artifacts, platforms }: ReleaseChecks,
  release: Release,
  platform: string,
): Promise<Violation[]> {
  const { checkArtifact } = (await platforms.get(platform)).platform
  const found: Violation[] = []
  for (const { path, sha256 } of checkArtifact ? artifactsOf(stackOf(release, platform)) : [])
    await checkArtifact?.(artifacts.file(sha256)).catch((error: unknown) => {
      if (!(error instanceof AlienError)) throw error
      found.push({ path: `stack.${platform}.${path}`, code: "artifact_target_mismatch", message: error.message })
    })
  return found
}

/** What the platform refuses in any deployment, so that it is told to who releases and not to who deploys. */
async function refusedBy(
  { platforms, clock, sealer }: ReleaseChecks,
  release: Release,
  platform: string,
): Promise<Violation[]> {
  const open = await platforms.get(platform)
  try {
    expandFor(open, worstDeployment(platform, clock.now()), release, { sealer })
    return []
  } catch (error) {
    return violationsIn(error).map((violation) => underStack(violation, platform))
  }
}

/** Core's violations name places in the stack; the request has the stack under its platform. */
function inStack<T>(platform: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    const found = violationsIn(error).map((violation) => underStack(violation, platform))
    throw error instanceof AlienError ? violations(error.code as Code, `stack.${platform}`, found) : error
  }
}

const underStack = (violation: Violation, platform: string): Violation => ({
  ...violation,
  path: `stack.${platform}.${violation.path}`,
})

/** Violations that a refusal lists; throws any other error again. */
function violationsIn(error: unknown): Violation[] {
  const found = error instanceof AlienError ? error.context?.violations : undefined
  if (!Array.isArray(found)) throw error
  return found as Violation[]
}
