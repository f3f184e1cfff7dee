import type { EndpointView } from "../manager/endpoint-view.ts"

/** Arguments with which curl reaches the host of a URL from this machine, verified, whether or not it resolves here. */
export function curlArguments(url: string, connect: EndpointView["connect"]): string[] {
  if (!connect) return []
  const { hostname, port, protocol } = new URL(url)
  const target = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`
  return [
    // curl takes no other port in --resolve, so a front behind another port needs --connect-to.
    ...(String(connect.port) === (port || "443")
      ? ["--resolve", `${target}:${connect.address}`]
      : ["--connect-to", `${target}:${connect.address}:${connect.port}`]),
    ...(connect.certificateAuthorityFile ? ["--cacert", connect.certificateAuthorityFile] : []),
  ]
}

/**
 * A curl command line that reaches the endpoint from this machine, whether or not it resolves the host; undefined where
 * no URL is known, and for a tcp endpoint.
 */
export const curlLine = ({ url, protocol, connect }: EndpointView): string | undefined =>
  url && protocol === "http" ? ["curl", ...curlArguments(url, connect), url].map(shellQuote).join(" ") : undefined

/**
 * The command that asks an endpoint from this machine: the one, or the first http endpoint of several; undefined where
 * none has a URL.
 */
export function curlCommand(views: readonly EndpointView[], deployment: string): string | undefined {
  const http = views.filter(({ protocol }) => protocol === "http")
  const [first] = http.filter(({ url }) => url)
  if (!first) return undefined
  const { resource, endpoint } = first
  // A resource alone is its first http endpoint.
  const isFirst = http.find((view) => view.resource === resource)?.endpoint === endpoint
  return `alien curl ${deployment}${http.length === 1 ? "" : ` ${isFirst ? resource : `${resource}.${endpoint}`}`}`
}

/** Quotes a text for a POSIX shell where needed. */
const shellQuote = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
