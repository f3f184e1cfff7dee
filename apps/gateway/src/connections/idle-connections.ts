import type { ClientConnection } from "./client-connection.ts"

/** Connections in the order in which they became idle. Linked, so that a request costs two steps and no memory. */
export class IdleConnections {
  #oldest: ClientConnection | undefined
  #newest: ClientConnection | undefined

  get oldest(): ClientConnection | undefined {
    return this.#oldest
  }

  /** As the newest; it must not be in the list. */
  add(connection: ClientConnection): void {
    connection.older = this.#newest
    if (this.#newest) this.#newest.newer = connection
    else this.#oldest = connection
    this.#newest = connection
  }

  /** It must be in the list. */
  remove(connection: ClientConnection): void {
    const { older, newer } = connection
    if (older) older.newer = newer
    else this.#oldest = newer
    if (newer) newer.older = older
    else this.#newest = older
    connection.older = undefined
    connection.newer = undefined
  }
}
