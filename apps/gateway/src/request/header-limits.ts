import { type Refusal, refusals } from "../answer/refusals.ts"

const COLON = 58

/**
 * Refuses a request whose headers are above the limits. They count alike over HTTP/1.1 and 2: the bytes of the target
 * and of all names and values; a host counts as one header named `host`, also as `:authority`, and the other
 * pseudo-headers are none.
 * @param raw names and values in turn, latin-1
 */
export function headersRefusal(
  target: string,
  raw: readonly string[],
  limits: { maxHeaderBytes: number; maxHeaders: number },
): Refusal | undefined {
  let bytes = target.length
  let count = 0
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ""
    if (name.charCodeAt(0) !== COLON) bytes += name.length
    else if (name === ":authority") bytes += "host".length
    else continue
    bytes += raw[index + 1]?.length ?? 0
    count++
  }
  if (bytes > limits.maxHeaderBytes) return refusals.headersTooLarge(limits.maxHeaderBytes)
  if (count > limits.maxHeaders) return refusals.tooManyHeaders(count, limits.maxHeaders)
  return undefined
}

/**
 * Headers above the limit are read up to so many bytes, so that the request is answered like any other. Beyond it
 * HTTP/1.1 gets a bare answer and the end of its connection, HTTP/2 the reset of its stream.
 */
export const readableHeaderBytes = (limits: { maxHeaderBytes: number }): number => 4 * limits.maxHeaderBytes
