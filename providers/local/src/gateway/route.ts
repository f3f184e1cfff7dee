/**
 * Host → loopback ports.
 *
 * The host is the key.
 */
import { knownValue } from "@alienplatform/engine"
import { defineLocalNode } from "../define.ts"
import type { LoopbackPort } from "../loopback.ts"
import { entryVerbs } from "./entry.ts"
import type { RouteTable } from "./table.ts"
import { portOfUpstream, upstreamOf } from "./upstream.ts"

export interface RouteProps {
  /** Lower case. Changing it replaces the object. */
  host: string
  /** Of ready processes. */
  upstreams: LoopbackPort[]
  /** Relative to `gateway/`; `sha256` names the content. */
  chainFile: string
  keyFile: string
  sha256: string
  /** 504 after so long without response headers. */
  timeoutSeconds: number
  /** 503 above so many at once; absent = unlimited. */
  concurrencyLimit?: number | undefined
  /** Named on error pages. */
  deploymentName: string
  resource: string
  endpoint: string
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
    propsOf: ({ certificate, upstreams, timeoutSeconds = 60, deploymentName = "", ...entry }) => ({
      host: entry.host,
      upstreams: upstreams.map(portOfUpstream),
      ...certificate,
      timeoutSeconds,
      concurrencyLimit: entry.concurrencyLimit,
      deploymentName,
      resource: entry.resource,
      endpoint: entry.endpoint,
    }),
    entryOf: ({ host, upstreams, chainFile, keyFile, sha256, timeoutSeconds, concurrencyLimit, ...said }, mark) => ({
      ...mark,
      host,
      upstreams: upstreams.map(upstreamOf),
      certificate: { chainFile, keyFile, sha256 },
      timeoutSeconds,
      ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }),
      deploymentName: said.deploymentName,
      resource: said.resource,
      endpoint: said.endpoint,
    }),
    remedy: "give this deployment another name",
  }),
})
