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

  /** Appends a connection that is not in the list, as the newest. */
  add(connection: T): void {
    connection.older = this.#newest
    if (this.#newest) this.#newest.newer = connection
    else this.#oldest = connection
    this.#newest = connection
  }

  /** Removes a connection that is in the list. */
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
