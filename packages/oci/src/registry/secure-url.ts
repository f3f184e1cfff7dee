import { problem } from "../oci-error.ts"

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** May plain HTTP be spoken with this host? What is sent to it leaves no machine. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname)

/**
 * Resolves a URL that a registry named.
 * @param why what it is for, for the message
 * @throws `registry_insecure` where it would send or receive anything in clear text over a network
 */
export function secureUrl(location: string, base: URL | undefined, why: string): URL {
  const url = URL.parse(location, base?.href)
  if (!url)
    throw problem("registry_failed", { message: `${base?.host ?? "the registry"} names no usable URL for ${why}` })
  // Credentials in a URL end up in logs.
  url.username = ""
  url.password = ""
  url.hash = ""
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return url
  throw problem("registry_insecure", {
    message: `${base?.host ?? "the registry"} names ${url.protocol}//${url.host} for ${why}, where everything would be readable on the way; a registry needs https, plain http is for this machine alone`,
  })
}
