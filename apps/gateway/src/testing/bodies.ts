import { createHash } from "node:crypto"
import { Readable } from "node:stream"

export const MIB = 1024 * 1024
export const block = Buffer.alloc(MIB, "gateway ")

/** A body of so many MiB. */
export const blocks = (count: number): Readable => Readable.from(Array.from({ length: count }, () => block))

/** SHA-256 of everything that comes, hex. */
export async function hashOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash("sha256")
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest("hex")
}

/** The hash of `blocks(count)`. */
export const expected = (count: number): Promise<string> => hashOf(blocks(count))
