import { problem } from "@alienplatform/core/error"
import { isLoopback } from "../loopback.ts"

/** What one has to be. */
export const PUBLIC_URL =
  "https://HOST[:PORT], without path, query and credentials; http for a name of this machine alone (localhost, 127.0.0.1)"

/** What is wrong with a public URL, never with its credentials; undefined where nothing is. */
export function publicUrlFault(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || !/^https?:\/\//i.test(text)) return "is no URL of http or https"
  if (url.username || url.password) return "has credentials, which everybody would be told"
  if (/[?#]/.test(text)) return "has a query or a fragment"
  if (url.pathname !== "/") return "has a path: give the manager a host name of its own"
  if (/\s/.test(text)) return "has white space in it"
  if (url.port === "0" || !isOneHost(url.hostname)) return "is no address that anybody can call"
  if (url.protocol === "http:" && !isLoopback(text)) return "is not encrypted, and tokens go there"
  return undefined
}

/** A name or an address, not what stands for several: `*`, 0.0.0.0. */
const isOneHost = (hostname: string): boolean =>
  /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:]+\])$/.test(hostname) && !["0.0.0.0", "[::]"].includes(hostname)

/** Checks a public URL and removes its trailing slash. Throws `usage_invalid`. */
export function checkPublicUrl(text: string): string {
  const fault = publicUrlFault(text)
  if (fault === undefined) return new URL(text).origin
  throw problem("usage_invalid", {
    message: `the public URL ${text.includes("@") ? "that was given" : text} ${fault}`,
    hint: `write ${PUBLIC_URL}`,
  })
}
