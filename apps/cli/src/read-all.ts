import { problem } from "@alienplatform/core/error"

/** Longest input: no token and no value of a variable is longer. */
const MAX_BYTES = 64 * 1024

/** Reads a stream to its end, as text. Throws `usage_invalid` for more than 64 KiB. */
export async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MAX_BYTES)
      throw problem("usage_invalid", {
        message: `stdin holds more than ${MAX_BYTES} bytes; a token or the value of a variable is expected`,
      })
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString("utf8")
}
