import type { Socket } from "node:net"
import { ClientConnection } from "./client-connection.ts"
import { Peers } from "./peers.ts"

/**
 * Client connections of all ports, at most `maxConnections` of them and `maxConnectionsPerPeer` from one address. At a bound
 * the connection that has been idle longest makes room, whatever its protocol and however far it came: without a byte,
 * within the handshake or a request's head, between two requests. One with work under way is never closed for another.
 *
 * At the common bound the address with the most connections gives one up, so that a single client cannot lock others
 * out; there may be few addresses, though, and on one machine often a single one.
 */
export class Connections {
  readonly #maxOpen: number
  readonly #peers: Peers
  readonly #byClient = new Map<string, ClientConnection>()

  constructor(limits: { maxConnections: number; maxConnectionsPerPeer: number }) {
    this.#maxOpen = limits.maxConnections
    this.#peers = new Peers(limits.maxConnectionsPerPeer)
  }

  /** Idle until told otherwise. Undefined: there are too many, all of them busy, and this one was closed. */
  admit(socket: Socket): ClientConnection | undefined {
    const peer = this.#peers.get(socket.remoteAddress ?? "")
    const full = this.#peers.open >= this.#maxOpen
    if (this.#peers.isFull(peer) || full) {
      const idle = this.#peers.isFull(peer) ? peer.idle.oldest : this.#peers.oldestIdle()
      if (idle === undefined) {
        // Without an answer: another packet for everyone in a flood is what the limit is to avoid.
        socket.destroy()
        return undefined
      }
      idle.close()
    }
    const client = clientKey(socket)
    const connection = new ClientConnection(peer.idle, socket, () => {
      this.#peers.remove(peer)
      if (this.#byClient.get(client) === connection) this.#byClient.delete(client)
    })
    this.#peers.add(peer)
    this.#byClient.set(client, connection)
    return connection
  }

  /** The admitted connection beneath a TLS connection, unless it is closed by now. */
  beneath(socket: Socket): ClientConnection | undefined {
    return this.#byClient.get(clientKey(socket))
  }
}

/** Tells the open connections apart. Node does not say which TCP connection lies beneath a TLS one. */
const clientKey = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`
