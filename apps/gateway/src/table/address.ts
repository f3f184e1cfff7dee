import type { Destination } from "./destination.ts"

/** A destination under the name that a client wrote in `Host`, with everything that follows from that name. */
export interface Address {
  readonly destination: Destination
  /** `Host` or `:authority` as received: the name, perhaps with a port. */
  readonly authority: string
  /** The gateway's own port. */
  readonly port: string
  /** Values of `Forwarded` (RFC 7239) for a client on 127.0.0.1 and on ::1: the gateway listens nowhere else. */
  readonly forwardedIpv4: string
  readonly forwardedIpv6: string
}

export const addressOf = (destination: Destination, authority: string, port: number): Address => ({
  destination,
  authority,
  port: String(port),
  forwardedIpv4: `for=127.0.0.1;host="${authority}";proto=https`,
  forwardedIpv6: `for="[::1]";host="${authority}";proto=https`,
})

/** The lower-case name of a `Host` value; undefined when it is not a DNS name with or without a port. */
export function hostOf(authority: string): string | undefined {
  const match = /^([a-z0-9_-][a-z0-9._-]{0,252}?)\.?(?::\d{1,5})?$/i.exec(authority)
  return match?.[1]?.toLowerCase()
}
