import { createHash } from "node:crypto"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Blob, blobsOf, type Image } from "../image/image.ts"
import { problem } from "../oci-error.ts"
import { type Digest, finishDigest } from "../reference/digest.ts"
import type { BlobDirectory } from "./blob-directory.ts"

/** Annotation of the tag in an image layout's index. */
const REF_NAME = "org.opencontainers.image.ref.name"

export interface WriteLayoutOptions {
  /** Folder of the layout; `blobs` must be its own. */
  directory: string
  blobs: BlobDirectory
  /** Name of the image in the layout: `latest`. */
  tag?: string
}

/**
 * Completes a folder to an OCI image layout with this one image, which every tool reads: `skopeo copy oci:FOLDER …`.
 * What the image still has in a registry is fetched.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
export async function writeLayout(image: Image, { directory, blobs, tag }: WriteLayoutOptions): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const blob of blobsOf(image)) await keep(blob, blobs)
  await blobs.write(only(image.manifest))
  const { os, architecture, variant } = image.platform
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: image.mediaType,
        digest: image.digest,
        size: image.manifest.byteLength,
        platform: { architecture, os, ...(variant === undefined ? {} : { variant }) },
        ...(tag === undefined ? {} : { annotations: { [REF_NAME]: tag } }),
      },
    ],
  }
  await writeFile(join(directory, "index.json"), JSON.stringify(index))
  await writeFile(join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }))
}

async function keep({ descriptor: { digest, size }, source }: Blob, blobs: BlobDirectory): Promise<void> {
  if (await blobs.has(digest, size)) return
  await blobs.write(verified(source.read(0), digest))
}

async function* verified(bytes: AsyncIterable<Uint8Array>, digest: Digest): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256")
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
  const found = finishDigest(hash)
  if (found !== digest)
    throw problem("image_digest_mismatch", {
      message: `a blob has the digest ${found}, not ${digest}; nothing was kept`,
    })
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
