import type { Socket } from "node:net"

/** ms in which the other side closes as well. */
const GOODBYE = 1_000

/** Says a last thing, without losing it to the reset that unread bytes would cause. */
export function part(socket: Socket, last: Buffer): void {
  socket.end(last)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), GOODBYE).unref()
  socket.once("close", () => clearTimeout(timer))
}
