import { type LoopbackPort, loopbackAddress, loopbackPort } from "../loopback.ts"
import type { UpstreamAddress } from "./table.ts"

/** 127.0.0.1 is not written: gateways of earlier versions know no other. */
export function upstreamOf(given: LoopbackPort): UpstreamAddress {
  const { host, port } = loopbackAddress(given)
  return host === "::1" ? { port, host } : { port }
}

export const portOfUpstream = ({ port, host = "127.0.0.1" }: UpstreamAddress): LoopbackPort =>
  loopbackPort({ host, port })
