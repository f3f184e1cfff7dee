import type { UpstreamAddress } from "@alienplatform/provider-local/gateway-table"
import { Upstream, type UpstreamOptions } from "./upstream.ts"

/** All upstreams, by address: those that the table names, and those that it named and that still have work. */
export class Upstreams {
  readonly #options: Omit<UpstreamOptions, "port" | "host">
  readonly #named = new Map<string, Upstream>()
  readonly #retired = new Set<Upstream>()

  constructor(options: Omit<UpstreamOptions, "port" | "host">) {
    this.#options = options
  }

  get(address: UpstreamAddress): Upstream {
    const key = addressKey(address)
    const known = this.#named.get(key)
    if (known) return known
    const upstream = new Upstream({ ...this.#options, ...address })
    this.#named.set(key, upstream)
    return upstream
  }

  /** The table names these and no others. */
  retain(addresses: readonly UpstreamAddress[]): void {
    const kept = new Set(addresses.map(addressKey))
    for (const [key, upstream] of this.#named) {
      if (kept.has(key)) continue
      this.#named.delete(key)
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

const addressKey = ({ host = "127.0.0.1", port }: UpstreamAddress): string => `${host} ${port}`
