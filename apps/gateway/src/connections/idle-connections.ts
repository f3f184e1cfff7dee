/** What is in the list knows its neighbours. */
interface Linked<T> {
  older: T | undefined
  newer: T | undefined
}

/** Connections in the order in which they became idle. Linked, so that a request costs two steps and no memory. */
export class IdleConnections<T extends Linked<T>> {
  #oldest: T | undefined
  #newest: T | undefined

  get oldest(): T | undefined {
    return this.#oldest
  }

  /** As the newest; it must not be in the list. */
  add(connection: T): void {
    connection.older = this.#newest
    if (this.#newest) this.#newest.newer = connection
    else this.#oldest = connection
    this.#newest = connection
  }

  /** It must be in the list. */
  remove(connection: T): void {
    const { older, newer } = connection
    if (older) older.newer = newer
    else this.#oldest = newer
    if (newer) newer.older = older
    else this.#newest = older
    connection.older = undefined
    connection.newer = undefined
  }
}
