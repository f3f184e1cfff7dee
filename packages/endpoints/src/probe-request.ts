import type { EndpointPlan, HttpProbePlan, ObjectRow, TcpProbePlan } from "@alienplatform/engine"
import { livingRows, resolveConnect, resolveHost } from "./resolve.ts"

interface AskedHost {
  /** `host:port`, under which judgeEndpoint looks for the result. */
  key: string
  host: string
  port: number
  connect: { address: string; port: number }
}

/** What to ask one host, every reference resolved. */
export type ProbeRequest = AskedHost & (Omit<HttpProbePlan, "connect"> | Omit<TcpProbePlan, "connect">)

export const probeKey = (host: string, port: number): string => `${host}:${port}`

/**
 * The hosts worth asking: those whose name and address are known and whose target nodes all have an object, so that
 * something can serve. Each host once.
 */
export function neededProbes(plans: readonly EndpointPlan[], rows: readonly ObjectRow[]): ProbeRequest[] {
  const requests = new Map<string, ProbeRequest>()
  for (const plan of plans) {
    for (const hostPlan of plan.hosts) {
      const { probe, port, target } = hostPlan
      const host = resolveHost(hostPlan, rows)
      const connect = probe && resolveConnect(probe, rows)
      if (host === undefined || !connect) continue
      if (target.some(({ node }) => livingRows(node, rows).length === 0)) continue
      const key = probeKey(host, port)
      requests.set(key, { ...probe, key, host, port, connect })
    }
  }
  return [...requests.values()]
}
