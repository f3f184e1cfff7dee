type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[]

const [DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
]
const [END_STREAM, ACK, END_HEADERS, PADDED] = [1, 1, 4, 8]

/** What a frame may carry unless more was agreed on. */
const MAX_FRAME = 16 * 1024
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

/** Bytes of an HTTP/2 client, for what Node's own never sends. @see https://www.rfc-editor.org/rfc/rfc9113#section-6 */
export const frames = {
  /** What a client says first, with its defaults for settings. */
  preface: () => Buffer.concat([PREFACE, frame(SETTINGS, 0, 0)]),
  settingsAck: () => frame(SETTINGS, ACK, 0),
  /** A request whose body follows, or its trailers. */
  headers: (stream: number, fields: Fields) => headerFrames(stream, fields, 0),
  /** A request without a body, or the trailers that end one. */
  request: (stream: number, fields: Fields) => headerFrames(stream, fields, END_STREAM),
  data: (stream: number, text: string) => frame(DATA, 0, stream, Buffer.from(text)),
  lastData: (stream: number, text: string) => frame(DATA, END_STREAM, stream, Buffer.from(text)),
  /** Says that it has more padding than it has bytes. */
  overPaddedData: (stream: number) => frame(DATA, PADDED, stream, Buffer.from([200, 0])),
  priority: (stream: number, dependsOn: number) =>
    frame(PRIORITY, 0, stream, Buffer.concat([uint32(dependsOn), Buffer.from([1])])),
  /** @param code an error code of RFC 9113 section 7 */
  reset: (stream: number, code: number) => frame(RST_STREAM, 0, stream, uint32(code)),
  promise: (stream: number, promised: number, fields: Fields) =>
    frame(PUSH_PROMISE, END_HEADERS, stream, Buffer.concat([uint32(promised), headerBlock(fields)])),
  ping: () => frame(PING, 0, 0, Buffer.alloc(8)),
  pingAck: () => frame(PING, ACK, 0, Buffer.alloc(8)),
  goaway: (code: number) => frame(GOAWAY, 0, 0, Buffer.concat([uint32(0), uint32(code)])),
  windowUpdate: (stream: number, increment: number) => frame(WINDOW_UPDATE, 0, stream, uint32(increment)),
  unknown: (stream: number) => frame(77, 0, stream, Buffer.from("what?")),
}

/** A frame as it came. */
export interface ReceivedFrame {
  type: number
  flags: number
  stream: number
  payload: Buffer
}

/** Answers the frames that each further chunk completes. */
export function frameReader(): (chunk: Buffer) => ReceivedFrame[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const received: ReceivedFrame[] = []
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const end = 9 + rest.readUIntBE(0, 3)
      const [type, flags] = [rest.readUInt8(3), rest.readUInt8(4)]
      received.push({ type, flags, stream: rest.readUInt32BE(5), payload: rest.subarray(9, end) })
      rest = rest.subarray(end)
    }
    return received
  }
}

export const frameTypes = { DATA, HEADERS, RST_STREAM, GOAWAY }

function headerFrames(stream: number, fields: Fields, flags: number): Buffer {
  const block = headerBlock(fields)
  const parts: Buffer[] = []
  for (let from = 0; from === 0 || from < block.length; from += MAX_FRAME) {
    const last = from + MAX_FRAME >= block.length ? END_HEADERS : 0
    const [type, own] = from === 0 ? [HEADERS, flags] : [CONTINUATION, 0]
    parts.push(frame(type, own | last, stream, block.subarray(from, from + MAX_FRAME)))
  }
  return Buffer.concat(parts)
}

/** Literal fields without indexing (RFC 7541 section 6.2.2): a zero, then name and value with their lengths. */
function headerBlock(fields: Fields): Buffer {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields)
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]))
}

/** An integer with a prefix of seven bits (RFC 7541 section 5.1), then the bytes. */
function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1")
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes])
  const length = [127]
  let rest = bytes.length - 127
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128)
  return Buffer.concat([Buffer.from([...length, rest]), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
