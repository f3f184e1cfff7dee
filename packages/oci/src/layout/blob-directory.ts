import { createHash, randomBytes } from "node:crypto"
import { createWriteStream } from "node:fs"
import { mkdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { Transform } from "node:stream"
import { pipeline } from "node:stream/promises"
import { type Digest, finishDigest, hexOf } from "../reference/digest.ts"

/**
 * The folder `blobs/sha256` of an image layout. A blob is there whole or not at all.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
export class BlobDirectory {
  readonly #folder: string

  /** @param layout folder of the layout */
  constructor(layout: string) {
    this.#folder = join(layout, "blobs", "sha256")
  }

  /** Path of a blob's file, whether it is there or not. */
  path(digest: Digest): string {
    return join(this.#folder, hexOf(digest))
  }

  async has(digest: Digest, size: number): Promise<boolean> {
    const found = await stat(this.path(digest)).catch(() => undefined)
    return found?.isFile() === true && found.size === size
  }

  /** Writes what `source` yields; the digest follows from it. */
  async write(source: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number; file: string }> {
    await mkdir(this.#folder, { recursive: true })
    const draft = join(this.#folder, `.${randomBytes(8).toString("hex")}.part`)
    const hash = createHash("sha256")
    let size = 0
    const count = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk)
        size += chunk.length
        done(null, chunk)
      },
    })
    try {
      await pipeline(source, count, createWriteStream(draft))
      const digest = finishDigest(hash)
      await rename(draft, this.path(digest))
      return { digest, size, file: this.path(digest) }
    } finally {
      await rm(draft, { force: true })
    }
  }
}
