import { Pool } from "undici"

/** Keep-alive connections to workloads, one pool per loopback port, shared by the routes that name it. */
export class UpstreamPools {
  readonly #pools = new Map<number, Pool>()

  get(port: number): Pool {
    const known = this.#pools.get(port)
    if (known) return known
    const pool = new Pool(`http://127.0.0.1:${port}`, {
      connections: null,
      pipelining: 1,
      // Streams may be silent for as long as they like.
      bodyTimeout: 0,
      connectTimeout: 5_000,
      maxHeaderSize: 64 * 1024,
    })
    this.#pools.set(port, pool)
    return pool
  }

  /** Closes the pools of all other ports once their requests have ended. */
  retain(ports: ReadonlySet<number>): void {
    for (const [port, pool] of this.#pools) {
      if (ports.has(port)) continue
      this.#pools.delete(port)
      void pool.close()
    }
  }

  async destroy(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map((pool) => pool.destroy()))
  }
}
