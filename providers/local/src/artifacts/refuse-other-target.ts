import { createReadStream } from "node:fs"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { createGunzip } from "node:zlib"
import { AlienError } from "@alienplatform/core"
import { extract } from "tar-stream"
import { parseManifest } from "./manifest.ts"

/** Nobody's manifest is larger, and it is read whole. */
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024

/**
 * Refuses a packed artifact whose manifest says that it is for other machines. What is wrong with it otherwise is told when
 * it is unpacked.
 * @param file path of the tar.gz
 */
export async function refuseOtherTarget(file: string): Promise<void> {
  try {
    parseManifest(await manifestIn(file), () => true)
  } catch (error) {
    if (error instanceof AlienError && error.code === "artifact_target_mismatch") throw error
  }
}

async function manifestIn(file: string): Promise<string | undefined> {
  const archive = extract()
  const reading = new AbortController()
  const read = pipeline(createReadStream(file), createGunzip(), archive, { signal: reading.signal })
  read.catch(() => undefined) // Ended below, or told by the loop.
  try {
    for await (const entry of archive) {
      const { name, size = 0 } = entry.header
      if (name === "manifest.json" && size <= MAX_MANIFEST_BYTES) return (await buffer(entry)).toString()
      entry.resume()
    }
    return undefined
  } finally {
    reading.abort()
  }
}
