import { brotliDecompressSync, constants, inflateRawSync, inflateSync, type ZlibOptions } from "node:zlib"

/** So many bytes tell an encoded body from one that is not. */
const LOOKED_AT = 1024
/** More than this from `LOOKED_AT` bytes is decoded no further: it is encoded. */
const MOST_DECODED = 64 * 1024

/** What a content-encoding names, in the order in which it was applied, or nothing that `fetch` would decode. */
export function decodableCodings(contentEncoding: string | undefined): readonly string[] {
  const named = (contentEncoding ?? "").split(",").map((coding) => coding.trim().toLowerCase())
  const codings = named.filter((coding) => coding !== "" && coding !== "identity")
  return codings.every((coding) => DECIDED_BY.has(coding)) ? codings : []
}

/**
 * Do these bytes begin a body that is encoded as the last of the codings says? `fetch` decodes a body and leaves its
 * headers, and a handler may hand on both in many ways, so that only the bytes tell whether a coding is still on them.
 * Undefined: more bytes have to be seen. `whole`: there are no more.
 */
export function isEncoded(codings: readonly string[], bytes: Uint8Array, whole: boolean): boolean | undefined {
  const decide = DECIDED_BY.get(codings.at(-1) ?? "")
  const encoded = decide?.(bytes.subarray(0, LOOKED_AT), whole && bytes.length <= LOOKED_AT)
  return whole ? (encoded ?? false) : encoded
}

type Decide = (bytes: Uint8Array, whole: boolean) => boolean | undefined

/** RFC 1952 2.3.1, and the only compression method that it has. */
const gzip: Decide = (bytes) => beginsWith(bytes, [0x1f, 0x8b, 0x08])

/** RFC 8878 3.1.1: a frame, or a skippable one. */
const zstd: Decide = (bytes) => {
  const [first = 0] = bytes
  return beginsWith(bytes, (first & 0xf0) === 0x50 ? [first, 0x2a, 0x4d, 0x18] : [0x28, 0xb5, 0x2f, 0xfd])
}

/** With the header of RFC 1950, or without, as some servers send it. */
const deflate: Decide = (bytes, whole) => {
  const options = { finishFlush: whole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH }
  return withoutMagic(bytes, whole, decodes(inflateSync, bytes, options) || decodes(inflateRawSync, bytes, options))
}

/** RFC 7932 */
const brotli: Decide = (bytes, whole) => {
  const finishFlush = whole ? constants.BROTLI_OPERATION_FINISH : constants.BROTLI_OPERATION_FLUSH
  return withoutMagic(bytes, whole, decodes(brotliDecompressSync, bytes, { finishFlush }))
}

/** The first bytes of a coding without a magic number are none that a text has, and of other files few can be decoded. */
function withoutMagic(bytes: Uint8Array, whole: boolean, decodes: boolean): boolean | undefined {
  if (!decodes) return false
  if (!isText(bytes)) return true
  return whole || bytes.length >= SHORTEST_TEXT ? false : undefined
}

/** Those that `fetch` takes off a body; it leaves a body alone that names any other. */
const DECIDED_BY: ReadonlyMap<string, Decide> = new Map([
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["deflate", deflate],
  ["br", brotli],
  ["zstd", zstd],
])

/** Fewer bytes that look like text may yet turn out to be none. */
const SHORTEST_TEXT = 8

/** Undefined: as far as there are bytes, yes. */
function beginsWith(bytes: Uint8Array, magic: readonly number[]): boolean | undefined {
  if (magic.some((byte, index) => index < bytes.length && bytes[index] !== byte)) return false
  return bytes.length < magic.length ? undefined : true
}

/** UTF-8, perhaps cut within its last character, without control characters other than white space. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.some((byte) => byte < 0x20 && (byte < 0x09 || byte > 0x0d))) return false
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

function decodes(
  decode: (bytes: Uint8Array, options: ZlibOptions) => unknown,
  bytes: Uint8Array,
  options: ZlibOptions,
): boolean {
  try {
    decode(bytes, { ...options, maxOutputLength: MOST_DECODED })
    return true
  } catch (error) {
    return error instanceof RangeError // ERR_BUFFER_TOO_LARGE: it went well so far.
  }
}
