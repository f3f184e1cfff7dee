/**
 * Port of this machine → loopback ports: bytes are passed through as they are.
 *
 * The port is the key.
 */
import { knownValue } from "@alienplatform/engine"
import { defineLocalNode } from "../define.ts"
import type { LoopbackPort } from "../loopback.ts"
import { entryVerbs } from "./entry.ts"
import type { RouteTable } from "./table.ts"
import { portOfUpstream, upstreamOf } from "./upstream.ts"

export interface PortProps {
  /** Of 127.0.0.1. Changing it replaces the object. */
  port: number
  /** Of ready processes. */
  upstreams: LoopbackPort[]
  /** Named in what the gateway says. */
  deploymentName: string
  resource: string
  endpoint: string
}

export interface PortAttributes {
  port: number
}

export const Port = defineLocalNode<PortProps, PortAttributes>({
  type: "local.gateway.Port",
  identity: { by: "key", of: ["port"] },
  permissions: { read: [] },
  ...entryVerbs<PortProps, PortAttributes, RouteTable["ports"][number]>({
    entries: ({ ports }) => ports,
    change: (file, edit) => file.change("ports", edit),
    wanted: ({ port }) => knownValue<number>(port)?.toString(),
    addressOf: ({ port }) => String(port),
    nameOf: ({ port }) => `port ${port}`,
    attributesOf: ({ port }) => ({ port }),
    propsOf: ({ port, upstreams, deploymentName = "", resource, endpoint }) => ({
      port,
      upstreams: upstreams.map(portOfUpstream),
      deploymentName,
      resource,
      endpoint,
    }),
    entryOf: ({ port, upstreams, deploymentName, resource, endpoint }, mark) => ({
      ...mark,
      port,
      upstreams: upstreams.map(upstreamOf),
      deploymentName,
      resource,
      endpoint,
    }),
    remedy: "destroy that one, or deploy again under another name",
  }),
})
