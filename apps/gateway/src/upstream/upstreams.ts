import { Upstream, type UpstreamOptions } from "./upstream.ts"

/** All upstreams, by port: those that the table names, and those that it named and that still have work. */
export class Upstreams {
  readonly #options: Omit<UpstreamOptions, "port">
  readonly #named = new Map<number, Upstream>()
  readonly #retired = new Set<Upstream>()

  constructor(options: Omit<UpstreamOptions, "port">) {
    this.#options = options
  }

  get(port: number): Upstream {
    const known = this.#named.get(port)
    if (known) return known
    const upstream = new Upstream({ ...this.#options, port })
    this.#named.set(port, upstream)
    return upstream
  }

  /** The table names these and no others. */
  retain(ports: ReadonlySet<number>): void {
    for (const [port, upstream] of this.#named) {
      if (ports.has(port)) continue
      this.#named.delete(port)
      this.#retired.add(upstream)
      upstream.retire()
    }
  }

  /** By port; those without work are left out. */
  inFlight(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const upstream of this.#retired) if (upstream.inFlight === 0) this.#retired.delete(upstream)
    for (const { port, inFlight } of [...this.#named.values(), ...this.#retired])
      if (inFlight > 0) counts[port] = (counts[port] ?? 0) + inFlight
    return counts
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#named.values(), ...this.#retired].map((upstream) => upstream.destroy()))
  }
}
