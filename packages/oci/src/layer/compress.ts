import { Gzip } from "fflate"

/** Blocks that the compressor is fed with: where one ends shows in its output. */
const BLOCK_BYTES = 64 * 1024

/**
 * Compresses to gzip with the same bytes on every machine and however the input is cut. Node's own zlib has other
 * code, and other output, for each kind of CPU.
 */
export async function* compress(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = []
  const gzip = new Gzip({ level: 6, mem: 8, mtime: 0 }, (chunk) => ready.push(chunk))
  const block = Buffer.alloc(BLOCK_BYTES)
  let filled = 0
  for await (const chunk of input)
    for (let start = 0; start < chunk.length; ) {
      const part = chunk.subarray(start, start + BLOCK_BYTES - filled)
      block.set(part, filled)
      filled += part.length
      start += part.length
      if (filled < BLOCK_BYTES) continue
      gzip.push(block)
      filled = 0
      yield* ready
      ready = []
    }
  gzip.push(block.subarray(0, filled), true)
  yield* ready
}
