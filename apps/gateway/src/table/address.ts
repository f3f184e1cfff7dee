import type { Destination } from "./destination.ts"

/** A destination under the name that a client wrote in `Host`, with everything that follows from that name. */
export interface Address {
  readonly destination: Destination
  /** `Host` or `:authority` as received: the name, perhaps with a port. */
  readonly authority: string
  /** That the client used: behind a forwarded port not the gateway's own. */
  readonly port: string
  /** Values of `Forwarded` (RFC 7239) for a client on 127.0.0.1 and on ::1: the gateway listens nowhere else. */
  readonly forwardedIpv4: string
  readonly forwardedIpv6: string
}

export function addressOf(destination: Destination, { authority, port }: Authority): Address {
  return {
    destination,
    authority,
    port: String(port ?? HTTPS_PORT),
    forwardedIpv4: `for=127.0.0.1;host="${authority}";proto=https`,
    forwardedIpv6: `for="[::1]";host="${authority}";proto=https`,
  }
}

/** Of https URLs that name none. */
const HTTPS_PORT = 443

/** A `Host` or `:authority` value, understood. */
export interface Authority {
  /** Lower case, without the dot of a fully qualified name; may be an IPv6 address in brackets. */
  host: string
  /** Undefined where none is named: that of the scheme. */
  port: number | undefined
  /** As received, without the colon of an empty port. */
  authority: string
}

/**
 * `uri-host [ ":" port ]` of RFC 9110 section 7.2, where a port may be empty (RFC 3986 section 3.2.3); undefined for
 * everything else, user information and ports that do not exist among it.
 */
export function parseAuthority(text: string): Authority | undefined {
  const [, name, digits = ""] = AUTHORITY.exec(text) ?? []
  if (name === undefined) return undefined
  const port = digits === "" ? undefined : Number(digits)
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  const host = name.toLowerCase()
  return {
    host: host.endsWith(".") ? host.slice(0, -1) : host,
    port,
    authority: text.endsWith(":") ? text.slice(0, -1) : text,
  }
}

/** Registered names with all that RFC 3986 section 3.2.2 allows in them, so that those are unknown, not malformed. */
const AUTHORITY = /^((?:[a-z0-9._~!$&'()*+,;=-]|%[0-9a-f]{2}){1,255}|\[[0-9a-f:.]{2,45}\])(?::(\d{0,10}))?$/i

/** `https://host:port`, without the port where none was named. */
export const originOf = ({ host, port }: Pick<Authority, "host" | "port">): string =>
  port === undefined ? `https://${host}` : `https://${host}:${port}`
