import { DeploymentInfoResponse } from "@alienplatform/api"
import { z } from "zod"

/** How this machine connects to a host that it may not resolve. */
const Connect = z.object({ address: z.string(), port: z.int(), certificateAuthorityFile: z.string() })

/** An endpoint, as `alien info NAME --json` prints it. */
export interface Endpoint {
  resource: string
  endpoint: string
  state: string
  url: string
  /** Address that a client connects to. */
  address: string
  port: number
  /** PEM file of an authority to trust beside the system's. */
  certificateAuthorityFile: string
}

/**
 * Reads every http endpoint from the output of `alien info NAME --json`. Throws when one has no URL or cannot be
 * reached from here.
 */
export function endpointsOf(info: string): Endpoint[] {
  const { resources } = DeploymentInfoResponse.parse(JSON.parse(info))
  return Object.entries(resources).flatMap(([resource, entry]) =>
    Object.entries(entry.endpoints ?? {}).flatMap(([endpoint, { state, hosts }]) => {
      if (entry.publicEndpoints?.[endpoint]?.protocol === "tcp") return []
      const { url, host } = z.object({ url: z.string(), host: z.string() }).parse(entry.publicEndpoints?.[endpoint])
      const { connect } = z.object({ connect: Connect }).parse(hosts.find((known) => known.host === host))
      return [{ resource, endpoint, state, url, ...connect }]
    }),
  )
}
