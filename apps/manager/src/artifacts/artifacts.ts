import { createHash, randomUUID } from "node:crypto"
import { access, type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { AlienError, codeOf, problem } from "@alienplatform/core"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { syncFile } from "../data-directory/sync-file.ts"

/** bytes */
export const MAX_ARTIFACT_BYTES = 256 * 1024 * 1024

export interface ArtifactFiles {
  /** An artifact may be so large. */
  readonly maxBytes: number
  /** Where the file of a hash is, or would be. */
  file(sha256: string): string
  has(sha256: string): Promise<boolean>
  /**
   * Streams to a temporary file and renames it once the hash is right. Throws `artifact_hash_mismatch` or
   * `request_too_large`, or `store_unavailable` where the disk takes nothing, and leaves nothing then. Answers with the
   * size in bytes.
   */
  write(sha256: string, content: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>): Promise<number>
  /** Hashes of the files that are here. */
  list(): Promise<string[]>
  /** Removes a file that was written before that time, ms since the epoch; one that was written again meanwhile stays. */
  remove(sha256: string, before: number): Promise<void>
}

/** Content-addressed files `artifacts/<sha256>.tar.gz`. `sha256` has to be validated by the caller. */
export async function openArtifacts(directory: string, limit = MAX_ARTIFACT_BYTES): Promise<ArtifactFiles> {
  await makeDirectory(directory, 0o700).catch((error: unknown) => {
    throw onDisk(error, directory)
  })
  // What a crash left: nobody else writes here, the data directory is locked.
  for (const name of await readdir(directory)) if (name.endsWith(".upload")) await rm(join(directory, name))
  const file = (sha256: string) => join(directory, `${sha256}.tar.gz`)
  return {
    maxBytes: limit,
    file,
    has: (sha256) =>
      access(file(sha256)).then(
        () => true,
        () => false,
      ),
    async list() {
      const names = await readdir(directory)
      return names.flatMap((name) => /^([0-9a-f]{64})\.tar\.gz$/.exec(name)?.[1] ?? [])
    },
    async remove(sha256, before) {
      // Under another name nobody can write it again between the look at its time and its end.
      const aside = join(directory, `${randomUUID()}.upload`)
      try {
        await rename(file(sha256), aside)
      } catch (error) {
        if (codeOf(error) === "ENOENT") return
        throw onDisk(error, directory)
      }
      const { mtimeMs } = await stat(aside)
      if (mtimeMs >= before) await rename(aside, file(sha256))
      else await rm(aside)
    },
    async write(sha256, content) {
      const temporary = join(directory, `${randomUUID()}.upload`)
      const hash = createHash("sha256")
      let size = 0
      let target: FileHandle | undefined
      try {
        // Before a byte is awaited: a stream would open the file late, and leave it where the content breaks off at once.
        target = await open(temporary, "wx", 0o600)
        await pipeline(
          content instanceof ReadableStream ? Readable.fromWeb(content as never) : Readable.from(content),
          async function* (chunks: AsyncIterable<Uint8Array>) {
            for await (const chunk of chunks) {
              size += chunk.byteLength
              if (size > limit) throw artifactTooLarge(limit)
              hash.update(chunk)
              yield chunk
            }
          },
          target.createWriteStream(),
        )
        const observed = hash.digest("hex")
        if (observed !== sha256)
          throw problem("artifact_hash_mismatch", {
            message: `the ${size} bytes that came have the SHA-256 ${observed}, not ${sha256}; upload it again`,
            context: { expected: sha256, observed, size },
          })
        await syncFile(temporary)
        await rename(temporary, file(sha256))
        await syncFile(directory)
        return size
      } catch (error) {
        await target?.close().catch(() => undefined)
        await rm(temporary, { force: true }).catch(() => undefined)
        throw onDisk(error, directory)
      }
    },
  }
}

export const artifactTooLarge = (maxBytes: number) =>
  problem("request_too_large", {
    message: `the artifact is larger than ${maxBytes} bytes, the most that is taken; leave out what the workload does not need`,
  })

/** What the file system refuses; anything else, a client that went away for example, stays what it is. */
function onDisk(error: unknown, directory: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (error instanceof AlienError || code === undefined || !DISK.has(syscall ?? "")) return error
  return problem("store_unavailable", {
    message: `nothing can be written to ${directory}: ${message}; check that the disk is not full and that we may write there`,
    cause: error,
  })
}

/** Calls on files, as errors name them. */
const DISK = new Set(["open", "write", "fsync", "rename", "mkdir"])
