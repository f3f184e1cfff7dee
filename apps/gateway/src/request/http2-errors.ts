import type { ServerHttp2Session } from "node:http2"
import type { Socket } from "node:net"

/** `NGHTTP2_ERR_PROTO`, as Node's error names it in `errno`. */
const PROTOCOL_ERROR = -505
/** ms in which a ping is written, unless the client has long stopped reading. */
const WRITTEN_WITHIN = 50

/**
 * Keeps a session alive where one stream alone is at fault. Node destroys the session for every protocol error that
 * nghttp2 reports, and for a PING acknowledgement that nobody asked for (`OnInvalidFrame`, `HandlePingFrame` in
 * src/node_http2.cc); nghttp2 itself resets the stream for content beyond its length (RFC 9113 section 8.1.1) and
 * ignores the PING.
 *
 * Node does not tell these errors from those for which nghttp2 ends the connection with a GOAWAY of its own. After one
 * of those nghttp2 writes nothing more, so a ping that is not written tells that the session has to be destroyed.
 * @param forgives asked for each error; false: the session ends
 */
export function outliveStreamErrors(session: ServerHttp2Session, socket: Socket, forgives: () => boolean): void {
  const destroy = session.destroy.bind(session)
  let asking = false
  const ask = (error: Error): void => {
    if (session.destroyed) return
    const before = socket.bytesWritten
    session.ping(() => {})
    setTimeout(() => {
      asking = false
      if (socket.bytesWritten === before) destroy(error)
    }, WRITTEN_WITHIN).unref()
  }
  session.destroy = (error?: Error | number, code?: number): void => {
    if (!isProtocolError(error) || !forgives()) {
      destroy(error as Error, code)
      return
    }
    if (asking) return
    asking = true
    // Later, since nghttp2 is still at work on the frame, and may have a GOAWAY to write.
    setImmediate(ask, error)
  }
}

const isProtocolError = (error: unknown): error is Error =>
  error instanceof Error && "errno" in error && error.errno === PROTOCOL_ERROR
