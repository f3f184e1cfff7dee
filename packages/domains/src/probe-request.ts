import type { EndpointPlan, ObjectRow } from "@alienplatform/engine"
import { livingRows, resolveConnect, resolveHost } from "./resolve.ts"

/** What to ask one host, every reference resolved. */
export interface ProbeRequest {
  /** `host:port`, under which judgeEndpoint looks for the result. */
  key: string
  host: string
  port: number
  connect: { address: string; port: number }
  method: string
  path: string
  expect: "success" | "any-answer"
  certificateAuthority?: string
}

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
      const { method, path, expect, certificateAuthority } = probe
      const key = probeKey(host, port)
      requests.set(key, {
        key,
        host,
        port,
        connect,
        method,
        path,
        expect,
        ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
      })
    }
  }
  return [...requests.values()]
}
