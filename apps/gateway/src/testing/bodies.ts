import { createHash } from "node:crypto"
import { Readable, type Writable } from "node:stream"

export const MIB = 1024 * 1024
export const block = Buffer.alloc(MIB, "gateway ")

/** A body of so many MiB. */
export const blocks = (count: number): Readable => Readable.from(Array.from({ length: count }, () => block))

/** Writes until the other side takes nothing for half a second; answers the bytes written, 256 MiB at most. */
export async function fill(stream: Writable): Promise<number> {
  for (let sent = MIB; sent < 256 * MIB; sent += MIB) {
    if (stream.write(block)) continue
    const { promise: drained, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(resolve, 500, false)
    stream.once("drain", () => resolve(true))
    if (!(await drained)) return sent
    clearTimeout(timer)
  }
  return 256 * MIB
}

/** SHA-256 of everything that comes, hex. */
export async function hashOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash("sha256")
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest("hex")
}

/** The hash of `blocks(count)`. */
export const expected = (count: number): Promise<string> => hashOf(blocks(count))
