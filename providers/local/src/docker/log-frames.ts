/** A piece of a container's output, as the engine logged it. */
export interface LogFrame {
  stream: "stdout" | "stderr"
  /** As the engine wrote it: RFC 3339, of seconds with Podman, of nanoseconds with Docker. */
  time: string
  bytes: Buffer
}

const HEADER_BYTES = 8
const STDERR = 2
/** A longer one is not what an engine writes. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024

/**
 * Takes apart what the engine sends of a container without a terminal, with `timestamps`: each piece has a header with
 * the stream and its length. Yields whole frames, together as they came.
 * @see https://docs.docker.com/reference/api/engine/version/v1.44/#tag/Container/operation/ContainerAttach
 */
export async function* logFrames(source: AsyncIterable<Buffer>): AsyncGenerator<LogFrame[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const frames: LogFrame[] = []
    let at = 0
    while (rest.length - at >= HEADER_BYTES) {
      const length = rest.readUInt32BE(at + 4)
      if (length > MAX_FRAME_BYTES) throw new Error(`the engine announces ${length} bytes of output at once`)
      const end = at + HEADER_BYTES + length
      if (end > rest.length) break
      frames.push(frameOf(rest[at] === STDERR ? "stderr" : "stdout", rest.subarray(at + HEADER_BYTES, end)))
      at = end
    }
    rest = rest.subarray(at)
    if (frames.length > 0) yield frames
  }
}

function frameOf(stream: LogFrame["stream"], bytes: Buffer): LogFrame {
  const space = bytes.indexOf(32)
  return { stream, time: bytes.subarray(0, Math.max(space, 0)).toString("latin1"), bytes: bytes.subarray(space + 1) }
}
