import type { Socket } from "node:net"
import type { Duplex } from "node:stream"

/** ms in which the other side closes as well. */
const GOODBYE = 1_000

/** Says a last thing, without losing it to the reset that unread bytes would cause. */
export function sendLastBytes(socket: Socket, last: Buffer): void {
  socket.end(last)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), GOODBYE).unref()
  socket.once("close", () => clearTimeout(timer))
}

/**
 * Ends a connection that nobody stands behind any more. What the other side still sends is discarded: unread, it would
 * hide the end of its half for ever. Once it took everything it has `lingerMs` to end that half itself.
 */
export function endBothWays(socket: Duplex, lingerMs: number): void {
  socket.end(() => {
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
    socket.once("close", () => clearTimeout(timer))
  })
  socket.resume()
}
