/**
 * Host → loopback ports.
 *
 * The host is the key.
 */
import { knownValue } from "@alienplatform/engine"
import { defineLocalNode } from "../define.ts"
import { entryLeadingTo, entryVerbs, type LeadsTo, leadsToOf } from "./entry.ts"
import type { RouteTable } from "./table.ts"

export interface RouteProps extends LeadsTo {
  /** Lower case. Changing it replaces the object. */
  host: string
  /** Relative to `gateway/`; `sha256` names the content. */
  chainFile: string
  keyFile: string
  sha256: string
  /** 504 after so long without response headers. */
  timeoutSeconds: number
  /** 503 above so many at once; absent = unlimited. */
  concurrencyLimit?: number | undefined
}

export interface RouteAttributes {
  host: string
}

export const Route = defineLocalNode<RouteProps, RouteAttributes>({
  type: "local.gateway.Route",
  identity: { by: "key", of: ["host"] },
  permissions: { read: [] },
  ...entryVerbs<RouteProps, RouteAttributes, RouteTable["routes"][number]>({
    entries: ({ routes }) => routes,
    change: (file, edit) => file.change("routes", edit),
    wanted: ({ host }) => knownValue<string>(host),
    addressOf: ({ host }) => host,
    nameOf: ({ host }) => `the host ${host}`,
    attributesOf: ({ host }) => ({ host }),
    propsOf: ({ host, certificate, timeoutSeconds = 60, concurrencyLimit, ...entry }) => ({
      ...{ host, ...certificate, timeoutSeconds, concurrencyLimit },
      ...leadsToOf(entry),
    }),
    entryOf: ({ host, chainFile, keyFile, sha256, timeoutSeconds, concurrencyLimit, ...to }, mark) => ({
      ...entryLeadingTo(to, mark),
      host,
      certificate: { chainFile, keyFile, sha256 },
      timeoutSeconds,
      ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }),
    }),
    remedy: "give this deployment another name",
  }),
})
