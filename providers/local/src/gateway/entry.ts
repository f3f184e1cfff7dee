import type { ObjectStatus, Owner } from "@alienplatform/engine"
import type { Local } from "../context.ts"
import type { GatewayStatus } from "./table.ts"

/** What an entry of the gateway's table is known by to us. */
interface Entry {
  key: string
  since?: number | undefined
}

export const keyOf = ({ deployment, node }: Owner): string => `${deployment}/${node}`

/** Nobody in particular: yes. */
export const isOf = ({ key }: Entry, owner: Owner | undefined): boolean => owner === undefined || key === keyOf(owner)

/** Settled when the gateway serves a table at least as new as the entry and did not reject it. `what`: as people name it. */
export async function statusOf(what: string, entry: Entry, { gateway }: Local): Promise<ObjectStatus> {
  const served: GatewayStatus | Error = await gateway.status().catch((error: Error) => error)
  if (served instanceof Error)
    return {
      waiting: {
        on: "cloud",
        code: "gateway_unavailable",
        message: `${what} is not served: ${served.message}`,
        fix: "the supervisor starts the gateway again by itself",
      },
    }
  if (served.version < (entry.since ?? 0)) return "changing"
  const rejected = served.rejected[entry.key]
  return rejected ? { broken: { ...rejected, heal: "none" } } : "settled"
}
