/** What the first bytes of a connection are. */
export type Hello =
  | { kind: "incomplete" }
  /** A ClientHello, lower-case host; undefined when it names none, or is none that is understood here. */
  | { kind: "tls"; servername: string | undefined }
  | { kind: "other" }

const INCOMPLETE: Hello = { kind: "incomplete" }
const UNNAMED: Hello = { kind: "tls", servername: undefined }

const HANDSHAKE = 22
const CLIENT_HELLO = 1
const SERVER_NAME = 0
const HOST_NAME = 0
/** Bytes that the payload of a TLS record may have: RFC 8446 section 5.1. */
const MAX_RECORD = 16 * 1024

/**
 * Reads the host that a TLS client asks for before the handshake begins. A ClientHello over several records is left
 * to the TLS library, as is everything that is wrong with one.
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2 and https://www.rfc-editor.org/rfc/rfc6066#section-3
 */
export function readHello(bytes: Buffer): Hello {
  if (bytes.length === 0) return INCOMPLETE
  if (bytes[0] !== HANDSHAKE) return { kind: "other" }
  if (bytes.length < 5) return INCOMPLETE
  const length = bytes.readUInt16BE(3)
  if (length > MAX_RECORD) return UNNAMED
  if (bytes.length < 5 + length) return INCOMPLETE
  try {
    return { kind: "tls", servername: servernameOf(bytes.subarray(5, 5 + length)) }
  } catch (error) {
    if (error instanceof RangeError) return UNNAMED
    throw error
  }
}

/** Throws RangeError where a length leads out of the message. */
function servernameOf(message: Buffer): string | undefined {
  if (message.readUInt8(0) !== CLIENT_HELLO) return undefined
  // Type and length, version, random.
  let at = 4 + 2 + 32
  at += 1 + message.readUInt8(at) // session
  at += 2 + message.readUInt16BE(at) // cipher suites
  at += 1 + message.readUInt8(at) // compression
  if (at === message.length) return undefined
  const end = at + 2 + message.readUInt16BE(at)
  for (at += 2; at < end; at += 4 + message.readUInt16BE(at + 2)) {
    if (message.readUInt16BE(at) !== SERVER_NAME) continue
    if (message.readUInt8(at + 6) !== HOST_NAME) return undefined
    const size = message.readUInt16BE(at + 7)
    if (at + 9 + size > message.length) return undefined
    return message.toString("latin1", at + 9, at + 9 + size).toLowerCase()
  }
  return undefined
}
