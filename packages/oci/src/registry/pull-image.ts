import { buffer } from "node:stream/consumers"
import { parseConfig } from "../documents/config.ts"
import { MAX_DOCUMENT_BYTES } from "../documents/document.ts"
import { type Descriptor, type IndexDocument, type ManifestDocument, parseManifest } from "../documents/manifest.ts"
import type { BaseImage } from "../image/build-image.ts"
import type { Blob } from "../image/image.ts"
import { OciError, problem } from "../oci-error.ts"
import type { Digest } from "../reference/digest.ts"
import { type ImagePlatform, isPlatform, platformText } from "../reference/platform.ts"
import { type Reference, versionOf } from "../reference/reference.ts"
import { registryBlob } from "./download.ts"
import type { Registries } from "./registries.ts"
import type { FoundManifest, Repository } from "./repository.ts"

/** An index may name indexes; deeper than this nobody nests them. */
const MAX_DEPTH = 3

/**
 * What a tag means now: the digest of its manifest, or of its index when it is for several platforms.
 * @throws `image_not_found`, `image_not_supported`, `image_invalid`, and what requests throw
 */
export async function resolveReference(registries: Registries, reference: Reference): Promise<Digest> {
  const repository = registries.repository(reference)
  const found = await repository.manifest(versionOf(reference))
  parseManifest(found.bytes, found.mediaType, nameOf(repository, found.digest))
  return found.digest
}

/**
 * Reads manifest and config of an image for one platform, out of the index where there is one; its layers stay in the
 * registry until they are read.
 * @throws `image_platform_missing`, `image_not_found`, `image_not_supported`, `image_invalid`,
 * `image_digest_mismatch`, and what requests throw
 */
export async function pullImage(
  registries: Registries,
  reference: Reference,
  platform: ImagePlatform,
): Promise<BaseImage> {
  const repository = registries.repository(reference)
  const { found, manifest } = await manifestFor(repository, versionOf(reference), platform)
  const config = registryBlob(repository, manifest.config)
  const what = `the config of ${nameOf(repository, found.digest)}`
  const parsed = parseConfig(await documentIn(config, what), what)
  if (!isPlatform(parsed, platform)) throw missing(nameOf(repository, found.digest), platform, [platformText(parsed)])
  if (parsed.diffIds.length !== manifest.layers.length)
    throw problem("image_invalid", {
      message: `${nameOf(repository, found.digest)} has ${manifest.layers.length} layers, and ${parsed.diffIds.length} in its config`,
    })
  return {
    config: parsed,
    image: {
      digest: found.digest,
      mediaType: found.mediaType,
      manifest: found.bytes,
      platform,
      config,
      layers: manifest.layers.map((layer) => registryBlob(repository, layer)),
    },
  }
}

async function manifestFor(
  repository: Repository,
  version: string,
  platform: ImagePlatform,
  depth = 0,
): Promise<{ found: FoundManifest; manifest: ManifestDocument }> {
  const found = await repository.manifest(version)
  const name = nameOf(repository, found.digest)
  const document = parseManifest(found.bytes, found.mediaType, name)
  if (document.kind === "manifest") return { found, manifest: document }
  if (depth === MAX_DEPTH) throw problem("image_invalid", { message: `${name} nests indexes too deeply` })
  const chosen = choose(document, platform)
  if (chosen) return manifestFor(repository, chosen.digest, platform, depth + 1)
  // An index in an index says no platform of its own.
  for (const nested of document.manifests.filter((one) => one.platform === undefined)) {
    const inside = await manifestFor(repository, nested.digest, platform, depth + 1).catch((error) => {
      if (error instanceof OciError && ["image_platform_missing", "image_not_supported"].includes(error.code))
        return undefined
      throw error
    })
    if (inside) return inside
  }
  throw missing(name, platform, platformsOf(document))
}

/** The best of those that fit: without a variant before others, else the first. */
function choose({ manifests }: IndexDocument, platform: ImagePlatform): Descriptor | undefined {
  const fitting = manifests.filter((one) => one.platform !== undefined && isPlatform(one.platform, platform))
  return fitting.find((one) => one.platform?.variant === platform.variant) ?? fitting[0]
}

/** Attestations have the platform unknown/unknown, and are no images. */
const platformsOf = ({ manifests }: IndexDocument): string[] =>
  manifests.flatMap(({ platform }) => (platform && platform.os !== "unknown" ? [platformText(platform)] : []))

const nameOf = (repository: Repository, digest: Digest): string => `${repository.text}@${digest}`

const missing = (name: string, platform: ImagePlatform, offered: readonly string[]) =>
  problem("image_platform_missing", {
    message: `${name} is not for ${platformText(platform)}, but for ${offered.join(", ") || "no platform"}`,
    context: { wanted: platformText(platform), offered },
  })

/** Reads a blob that is a document. */
async function documentIn({ descriptor, source }: Blob, what: string): Promise<Uint8Array> {
  if (descriptor.size > MAX_DOCUMENT_BYTES)
    throw problem("image_invalid", { message: `${what} has ${descriptor.size} bytes; nothing so large is read` })
  return buffer(source.read(0))
}
