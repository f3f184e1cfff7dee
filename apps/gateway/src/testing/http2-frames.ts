/** Bytes of an HTTP/2 client, for what Node's own never sends. @see https://www.rfc-editor.org/rfc/rfc9113#section-6 */
export const frames = {
  /** What a client says first, with its defaults for settings. */
  preface: () => Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0, Buffer.alloc(0))]),
  /** A request whose body follows. Names and values have fewer than 127 bytes. */
  headers: (stream: number, fields: Readonly<Record<string, string>>) =>
    frame(1, END_HEADERS, stream, Buffer.concat(Object.entries(fields).flat().map(literal))),
  data: (stream: number, text: string) => frame(0, 0, stream, Buffer.from(text)),
  /** @param code an error code of RFC 9113 section 7 */
  reset(stream: number, code: number) {
    const payload = Buffer.alloc(4)
    payload.writeUInt32BE(code)
    return frame(3, 0, stream, payload)
  },
}

const END_HEADERS = 4

/** A literal field without indexing (RFC 7541 section 6.2.2): a zero, then name and value with their lengths. */
const literal = (text: string, index: number): Buffer =>
  Buffer.from([...(index % 2 === 0 ? [0] : []), text.length, ...Buffer.from(text)])

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
