import type { ClientConnection } from "./client-connection.ts"
import { IdleConnections } from "./idle-connections.ts"

/** An address that clients connect from. */
export interface Peer {
  readonly address: string
  /** Its connections, idle and busy. */
  open: number
  readonly idle: IdleConnections<ClientConnection>
}

/** Counts connections by address, and finds the address with the most of them without looking at all. */
export class Peers {
  readonly #maxPerPeer: number
  readonly #byAddress = new Map<string, Peer>()
  /** By number of connections, and the largest of these numbers. */
  readonly #byOpen = new Map<number, Set<Peer>>()
  #most = 0
  #open = 0

  constructor(maxPerPeer: number) {
    this.#maxPerPeer = maxPerPeer
  }

  /** Connections of all peers. */
  get open(): number {
    return this.#open
  }

  get(address: string): Peer {
    return this.#byAddress.get(address) ?? { address, open: 0, idle: new IdleConnections<ClientConnection>() }
  }

  isFull(peer: Peer): boolean {
    return peer.open >= this.#maxPerPeer
  }

  add(peer: Peer): void {
    if (peer.open === 0) this.#byAddress.set(peer.address, peer)
    this.#open++
    this.#move(peer, peer.open + 1)
  }

  remove(peer: Peer): void {
    this.#open--
    this.#move(peer, peer.open - 1)
    if (peer.open === 0) this.#byAddress.delete(peer.address)
  }

  /** Of the peer with the most connections; one that has none idle is passed over. */
  oldestIdle(): ClientConnection | undefined {
    for (let open = this.#most; open > 0; open--)
      for (const { idle } of this.#byOpen.get(open) ?? []) if (idle.oldest) return idle.oldest
    return undefined
  }

  /** One up or down. */
  #move(peer: Peer, open: number): void {
    const row = this.#byOpen.get(peer.open)
    row?.delete(peer)
    if (row?.size === 0) this.#byOpen.delete(peer.open)
    peer.open = open
    if (open > 0) this.#byOpen.set(open, (this.#byOpen.get(open) ?? new Set()).add(peer))
    if (open > this.#most) this.#most = open
    else if (!this.#byOpen.has(this.#most)) this.#most--
  }
}
