import dns, { type LookupAddress, type LookupOptions } from "node:dns"
import { syncBuiltinESMExports } from "node:module"
import { promisify } from "node:util"

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** Names under `.localhost` (RFC 6761 6.3); `localhost` itself is in every hosts file. */
const isUnderLocalhost = (hostname: string): boolean => /.\.localhost\.?$/i.test(hostname)

const LOOPBACK_4: LookupAddress = { address: "127.0.0.1", family: 4 }
const LOOPBACK_6: LookupAddress = { address: "::1", family: 6 }

/**
 * Makes names under `.localhost` resolve to loopback for the rest of this process, because many hosts' resolvers do
 * not. It replaces `dns.lookup` and `dns.promises.lookup`, which node:net looks up for each connection, so global
 * fetch, node:http and node:tls follow it. IPv4 unless IPv6 alone is asked for.
 */
export function resolveLocalhost(): void {
  const { lookup } = dns
  const lookupPromise = dns.promises.lookup

  function lookupWithLocalhost(hostname: string, ...rest: [LookupCallback] | [LookupOptions | number, LookupCallback]) {
    const callback = rest.at(-1)
    if (!isUnderLocalhost(hostname) || typeof callback !== "function")
      return Reflect.apply(lookup, dns, [hostname, ...rest])
    const options = rest.length === 2 ? optionsOf(rest[0]) : {}
    const found = loopback(options)
    process.nextTick(() => (options.all ? callback(null, [found]) : callback(null, found.address, found.family)))
  }

  async function lookupPromiseWithLocalhost(hostname: string, given: LookupOptions | number = {}) {
    if (!isUnderLocalhost(hostname)) return Reflect.apply(lookupPromise, dns.promises, [hostname, given])
    const options = optionsOf(given)
    return options.all ? [loopback(options)] : loopback(options)
  }

  Object.assign(lookupWithLocalhost, { [promisify.custom]: lookupPromiseWithLocalhost })
  Object.assign(dns, { lookup: lookupWithLocalhost })
  Object.assign(dns.promises, { lookup: lookupPromiseWithLocalhost })
  syncBuiltinESMExports()
}

const optionsOf = (given: LookupOptions | number): LookupOptions =>
  typeof given === "number" ? { family: given } : given

const loopback = ({ family }: LookupOptions): LookupAddress =>
  family === 6 || family === "IPv6" ? LOOPBACK_6 : LOOPBACK_4
