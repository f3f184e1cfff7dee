import { blobsOf, type Image } from "../image/image.ts"
import type { Digest } from "../reference/digest.ts"
import { type ImagePlatform, parsePlatform } from "../reference/platform.ts"
import type { Reference } from "../reference/reference.ts"
import { pullImage } from "./pull-image.ts"
import type { Registries } from "./registries.ts"
import { type Arrival, uploadBlob } from "./upload.ts"

/** Reports that a blob is in the target. */
export interface PushProgress {
  digest: Digest
  /** In bytes. */
  size: number
  arrival: Arrival
}

export interface PushOptions {
  registries: Registries
  /** Its tag is set too; a digest in it is ignored. */
  to: Reference
  onProgress?: (progress: PushProgress) => void
}

export interface PushedImage {
  digest: Digest
  /** Every blob and how it came there. */
  blobs: PushProgress[]
}

/** Blobs that are sent at the same time. */
const AT_ONCE = 3

/**
 * Publishes an image by its digest, and under the tag where there is one: blobs first, then the manifest, so that
 * nobody sees an image that is not whole.
 * @throws `registry_denied`, `registry_failed`, `registry_unreachable`, `registry_untrusted`, `registry_insecure`,
 * `image_digest_mismatch`
 */
export async function pushImage(
  image: Image,
  { registries, to, onProgress = () => undefined }: PushOptions,
): Promise<PushedImage> {
  const repository = registries.repository(to)
  const blobs: PushProgress[] = []
  const waiting = blobsOf(image)
  const work = async () => {
    for (let blob = waiting.shift(); blob; blob = waiting.shift()) {
      const { digest, size } = blob.descriptor
      const progress = { digest, size, arrival: await uploadBlob(repository, blob) }
      blobs.push(progress)
      onProgress(progress)
    }
  }
  const stopping = (error: unknown) => {
    // What the others have under way they end; nothing new begins.
    waiting.length = 0
    throw error
  }
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => work().catch(stopping)))
  const failed = workers.find((worker) => worker.status === "rejected")
  if (failed) throw failed.reason
  const manifest = { bytes: image.manifest, mediaType: image.mediaType, digest: image.digest }
  await repository.putManifest(image.digest, manifest)
  if (to.tag !== undefined) await repository.putManifest(to.tag, manifest)
  return { digest: image.digest, blobs }
}

export interface CopyOptions extends PushOptions {
  from: Reference
  /** Default: linux/amd64. */
  platform?: ImagePlatform
}

/**
 * Copies an image for one platform into another repository, or registry, byte by byte: the digest stays the same.
 * @throws what `pullImage` and `pushImage` throw
 */
export async function copyImage({
  from,
  platform = parsePlatform("linux/amd64"),
  ...options
}: CopyOptions): Promise<PushedImage> {
  const { image } = await pullImage(options.registries, from, platform)
  return pushImage(image, options)
}
