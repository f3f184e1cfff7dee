import type { Socket } from "node:net"
import type { IdleConnections } from "./idle-connections.ts"

/** One connection of a client, from its arrival to its end: busy while work is under way on it, else idle. */
export class ClientConnection {
  readonly #idle: IdleConnections<ClientConnection>
  readonly #ended: () => void
  #close: () => void
  #underWay = 0
  #open = true
  /** Its neighbours while it is idle: `older` has been idle for longer. */
  older: ClientConnection | undefined
  newer: ClientConnection | undefined

  /** @param ended called once, when it closes or is closed */
  constructor(idle: IdleConnections<ClientConnection>, socket: Socket, ended: () => void) {
    this.#idle = idle
    this.#ended = ended
    this.#close = () => socket.destroy()
    idle.add(this)
    socket.once("close", () => this.#end())
  }

  /** How to close it while it is idle, from now on; as long as nothing is said its socket is destroyed. */
  closeWith(close: () => void): void {
    this.#close = close
  }

  /** A request, a tunnel or the like begins; several may be under way. */
  begin(): void {
    if (this.#underWay++ === 0 && this.#open) this.#idle.remove(this)
  }

  /** One of them is over. */
  end(): void {
    if (--this.#underWay === 0 && this.#open) this.#idle.add(this)
  }

  /** Makes room for another at once, even if the socket takes a moment to close. */
  close(): void {
    this.#end()
    this.#close()
  }

  #end(): void {
    if (!this.#open) return
    this.#open = false
    if (this.#underWay === 0) this.#idle.remove(this)
    this.#ended()
  }
}
