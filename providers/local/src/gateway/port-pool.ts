import { reservedPorts } from "../reserved-ports.ts"
import { canListen } from "../supervisor/ports.ts"
import type { RoutesFile } from "./routes-file.ts"

const FIRST = 9443
const CANDIDATES = 100

/** Stands for every deployment that a release may come to, whenever one is looked at. */
const NOBODY = /^dep_0+$/

export interface PortPoolOptions {
  routes: RoutesFile
  /** `ports.json` of the user. */
  portsFile: string
  /** Default 9443. */
  first?: number | undefined
}

/** Ports of this machine that tcp endpoints can get. */
export class PortPool {
  readonly #options: PortPoolOptions
  readonly #candidates: number[]
  #free: ReadonlySet<number> = new Set()
  /** Deployment by port, for ports in the gateway's table and for those promised to one. */
  readonly #holders = new Map<number, string>()
  /** Deployments that were offered a port before. */
  readonly #asked = new Set<string>()

  constructor(options: PortPoolOptions) {
    const { first = FIRST } = options
    this.#options = options
    this.#candidates = Array.from({ length: CANDIDATES }, (_, index) => first + index).filter((port) => port <= 65_535)
  }

  /** Looks which ports are free now. One that somebody has is not tried: the gateway may be about to listen there. */
  async look(): Promise<void> {
    const { routes, portsFile } = this.#options
    const { ports } = await routes.read()
    for (const { port, deployment } of ports) this.#holders.set(port, deployment)
    const reserved = reservedPorts(portsFile)
    const open = this.#candidates.filter((port) => !this.#holders.has(port) && !reserved.has(port))
    const free = await Promise.all(open.map(async (port) => ((await canListen(port)) ? [port] : [])))
    this.#free = new Set(free.flat())
  }

  /**
   * For one expansion: lowest first, as of the last look. Its port stands in the gateway's table once a workload is ready;
   * until then our word keeps it from others. The first expansion of a deployment is a look ahead, perhaps the only
   * one, and keeps nothing.
   */
  offer(deployment: string): Iterable<number> {
    const keeps = this.#asked.has(deployment) && !NOBODY.test(deployment)
    return { [Symbol.iterator]: () => this.#ports(deployment, keeps) }
  }

  *#ports(deployment: string, keeps: boolean): Generator<number> {
    this.#asked.add(deployment)
    for (const port of this.#candidates) {
      const holder = this.#holders.get(port)
      if (holder === undefined ? !this.#free.has(port) : holder !== deployment) continue
      if (keeps) this.#holders.set(port, deployment)
      yield port
    }
  }

  /** The deployment is gone. */
  release(deployment: string): void {
    this.#asked.delete(deployment)
    for (const [port, holder] of this.#holders) if (holder === deployment) this.#holders.delete(port)
  }
}
