import type { IncomingMessage } from "node:http"

/** A DNS name, an IPv4 address or an IPv6 address in brackets, with an optional port. No user, path or query. */
const AUTHORITY = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/**
 * The URL that the caller used, from `x-forwarded-proto` and `x-forwarded-host`, else the Host header, else the
 * address of the connection. The front replaces what a caller put into the forwarded headers, so they are believed.
 * @throws TypeError when the host or the path cannot be part of a URL
 */
export function externalUrl(incoming: IncomingMessage): URL {
  const protocol = firstOf(incoming.headers["x-forwarded-proto"])?.toLowerCase() === "https" ? "https" : "http"
  const host = firstOf(incoming.headers["x-forwarded-host"]) ?? incoming.headers.host ?? localAddress(incoming)
  if (!AUTHORITY.test(host)) throw new TypeError("the request's host is not a host name with an optional port")
  return new URL(`${protocol}://${host}${pathOf(incoming.url ?? "/")}`)
}

/** A front chain appends: the first value is what the outermost one saw. */
const firstOf = (header: string | string[] | undefined): string | undefined =>
  (Array.isArray(header) ? header[0] : header)?.split(",")[0]?.trim() || undefined

const localAddress = ({ socket }: IncomingMessage): string => {
  const { localAddress: address = "127.0.0.1", localPort } = socket
  return `${address.includes(":") ? `[${address}]` : address}:${localPort}`
}

/** Origin form as it is; the path of an absolute form (RFC 9112 3.2.2); `/` for the asterisk of OPTIONS. */
const pathOf = (target: string): string => {
  if (target.startsWith("/")) return target
  if (!URL.canParse(target)) return "/"
  const { pathname, search } = new URL(target)
  return `${pathname}${search}`
}
