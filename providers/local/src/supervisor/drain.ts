import type { Clock } from "@alienplatform/engine"
import { gatewayControl } from "../gateway/control.ts"
import { RoutesFile } from "../gateway/routes-file.ts"
import type { DrainSpec, ProcessSpec } from "./protocol.ts"

const LOOK_MS = 250
/** Nothing leads to the resource any more: it is destroyed, and streams without end do not hold that up. */
const UNROUTED_MS = 2_000

export interface DrainOptions {
  spec: DrainSpec
  owner: ProcessSpec["owner"]
  /** Ports of the process that is to be stopped. */
  ports: readonly number[]
  /** Latest end, ms since the epoch. */
  until: number
  clock: Clock
  /** Ends the wait. */
  signal: AbortSignal
}

/**
 * Waits while the gateway has requests, upgrades or connections under way at these ports: until `until`, or two seconds
 * once no route leads to the resource. A gateway that does not answer has nothing under way.
 */
export async function waitUntilDrained({ spec, owner, ports, until, clock, signal }: DrainOptions): Promise<void> {
  const gateway = gatewayControl(spec.gatewaySocket)
  const isRouted = () => hasEntries(spec.routesFile, owner)
  let end = until
  let unrouted = false
  while (!signal.aborted) {
    const inFlight = await gateway.status().then(
      (status) => status.inFlight,
      () => ({}),
    )
    if (!ports.some((port) => port in inFlight)) return
    if (!unrouted && !(await isRouted())) {
      unrouted = true
      end = Math.min(end, clock.now() + UNROUTED_MS)
    }
    if (clock.now() >= end) return
    await clock.until(Math.min(clock.now() + LOOK_MS, end), signal)
  }
}

/** Does anything lead to the resource that the owner is of? A table that cannot be read says nothing, so the whole limit holds. */
async function hasEntries(routesFile: string, { deployment, node }: DrainOptions["owner"]): Promise<boolean> {
  const [id] = node.split("/")
  try {
    const { routes, ports } = await new RoutesFile(routesFile).read()
    return [...routes, ...ports].some((entry) => entry.deployment === deployment && entry.resource.toLowerCase() === id)
  } catch {
    return true
  }
}
