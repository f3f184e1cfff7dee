import { type Graph, type ObjectRow, runDeployment } from "@alienplatform/engine"
import type { OpenPlatform } from "../platforms/platforms.ts"
import { LEASE_FOR, type Work } from "./types.ts"

/** One run of the engine towards a graph, or towards nothing (null); `onChange` sees the rows after every change. */
export async function runEngine(
  { store, claim, deployment, installation, secretKey, clock, signal }: Work,
  open: OpenPlatform,
  graph: Graph | null,
  onChange?: (rows: readonly ObjectRow[]) => void,
) {
  await open.prepare?.()
  return runDeployment({
    ...{ store, installation, secretKey, clock, signal, graph },
    lease: claim.lease,
    leaseFor: LEASE_FOR,
    deployment: deployment.id,
    retry: deployment.retryRequested,
    platform: open.platform,
    context: open.context,
    limiter: open.limiter,
    ...(onChange ? { onChange } : {}),
  })
}
