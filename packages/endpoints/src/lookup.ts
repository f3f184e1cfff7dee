import { lookup } from "node:dns"
import type { LookupFunction } from "node:net"
import { problem } from "@alienplatform/core"
import { isForbiddenAddress } from "./address.ts"

/**
 * The system's resolver for names like a load balancer's, refusing a name when any of its addresses is forbidden.
 * What was checked is what is connected to.
 */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "")
    const refused = addresses.find(({ address }) => isForbiddenAddress(address))
    if (refused) return callback(problem("probe_not_possible_from_here", { message: refused.address }), "")
    const [first] = addresses
    if (options.all) callback(null, addresses)
    else callback(null, first?.address ?? "", first?.family)
  })
}
