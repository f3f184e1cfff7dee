import { createReadStream } from "node:fs"
import type { BlobSource } from "./image.ts"

/** A file that was written by its digest. */
export const fileSource = (file: string): BlobSource => ({ read: (start) => createReadStream(file, { start }) })

export const memorySource = (bytes: Uint8Array): BlobSource => ({
  async *read(start) {
    yield bytes.subarray(start)
  },
})
