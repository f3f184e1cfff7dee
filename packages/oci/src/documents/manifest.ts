import { z } from "zod"
import { problem } from "../oci-error.ts"
import { type Digest, isDigest } from "../reference/digest.ts"
import type { ImagePlatform } from "../reference/platform.ts"
import { parseDocument } from "./document.ts"
import { isConfigType, isIndexType, isManifestType, ociLayerType } from "./media-types.ts"

const Sha256 = z.custom<Digest>((value) => typeof value === "string" && isDigest(value), "is no sha256 digest")

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md */
export const Descriptor = z.object({
  mediaType: z.string(),
  digest: Sha256,
  size: z.int().min(0),
  /** Where a foreign layer lies. */
  urls: z.array(z.string()).optional(),
})
export type Descriptor = z.infer<typeof Descriptor>

/** Layers of an image; runtimes take at most 127. */
const MAX_LAYERS = 1000
const MAX_MANIFESTS = 1000

const Manifest = z.object({
  schemaVersion: z.literal(2),
  config: Descriptor,
  layers: z.array(Descriptor).max(MAX_LAYERS),
})

const Platform = z
  .object({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
  .transform(({ os, architecture, variant }): ImagePlatform => ({ os, architecture, ...(variant ? { variant } : {}) }))

const Index = z.object({
  schemaVersion: z.literal(2),
  manifests: z.array(Descriptor.extend({ platform: Platform.optional() })).max(MAX_MANIFESTS),
})

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md */
export type ManifestDocument = { kind: "manifest" } & z.infer<typeof Manifest>
/** @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md */
export type IndexDocument = { kind: "index" } & z.infer<typeof Index>

/**
 * Reads a manifest or an index whose bytes nobody vouches for.
 * @param source what it is, for messages
 * @throws `image_invalid`; `image_not_supported` for schema 1, foreign layers and what is no image
 */
export function parseManifest(bytes: Uint8Array, mediaType: string, source: string): ManifestDocument | IndexDocument {
  if (isIndexType(mediaType)) return { kind: "index", ...parseDocument(Index, bytes, source) }
  if (!isManifestType(mediaType))
    throw problem("image_not_supported", {
      message: `${source} has the type ${JSON.stringify(mediaType)}, which is no image that can be read; push it again with a current tool, as OCI or as Docker schema 2`,
    })
  const manifest = { kind: "manifest" as const, ...parseDocument(Manifest, bytes, source) }
  if (!isConfigType(manifest.config.mediaType))
    throw problem("image_not_supported", {
      message: `${source} is no container image: its config has the type ${JSON.stringify(manifest.config.mediaType)}`,
    })
  const strange = manifest.layers.find((layer) => ociLayerType(layer.mediaType) === undefined || layer.urls?.length)
  if (strange)
    throw problem("image_not_supported", {
      message: `${source} has the layer ${strange.digest} of type ${JSON.stringify(strange.mediaType)}, which is foreign or no layer of files; use an image whose layers all lie in its registry`,
    })
  return manifest
}
