import { mkdtemp, rm } from "node:fs/promises"
import { join } from "node:path"
import { endpointsOf, problem, type ResourceConfig } from "@alienplatform/core"
import {
  type Artifact,
  artifactImage,
  type BaseImage,
  type BlobDirectory,
  type BuiltImage,
  buildImage,
  type ImagePlatform,
  isPlatform,
  parsePlatform,
  platformOfTarget,
  platformText,
} from "@alienplatform/oci"
import { runtimeBundle } from "./runtime-bundle.ts"

/** Most machines in clouds. */
const DEFAULT_PLATFORM = "linux/amd64"

/**
 * The platform of an image: the one asked for, else the one that the artifact was built for.
 * @throws `image_platform_invalid`, `artifact_target_mismatch`
 */
export function platformFor(asked: string | undefined, { target }: Artifact): ImagePlatform {
  const built = target === undefined ? undefined : platformOfTarget(target)
  const platform = asked === undefined ? (built ?? parsePlatform(DEFAULT_PLATFORM)) : parsePlatform(asked)
  if (built && !isPlatform(platform, built))
    throw problem("artifact_target_mismatch", {
      message: `the artifact holds an executable for ${platformText(built)}, and the image would be for ${platformText(platform)}; build it for that platform, or ask for --platform ${platformText(built)}`,
      context: { target, platform: platformText(platform) },
    })
  return platform
}

export interface ResourceImageOptions {
  resource: ResourceConfig
  artifact: Artifact
  platform: ImagePlatform
  base: BaseImage | undefined
  blobs: BlobDirectory
}

/** Builds the image of a resource: its artifact on the base, and what starts it. */
export async function resourceImage({
  resource,
  artifact,
  platform,
  base,
  blobs,
}: ResourceImageOptions): Promise<BuiltImage> {
  const [port] = endpointsOf(resource).flatMap(({ port }) => port ?? [])
  const command = "command" in resource ? resource.command : undefined
  const { layers, execution } = artifactImage({
    kind: artifact.kind,
    files: artifact.files,
    ...(artifact.entry === undefined ? {} : { entry: artifact.entry }),
    ...(artifact.kind === "worker" || artifact.kind === "program"
      ? { runtime: await runtimeBundle(artifact.kind) }
      : {}),
    ...(command === undefined ? {} : { command }),
    ...(port === undefined ? {} : { port }),
  })
  return buildImage({ platform, layers, execution, blobs, ...(base ? { base } : {}) })
}

/** A folder beside the image layout, so that large files stay on one disk. Disposing removes it. */
export async function scratchFolder(parent: string): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(parent, "alien-image-"))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
