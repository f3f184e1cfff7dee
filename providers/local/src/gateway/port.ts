/**
 * Port of this machine → loopback ports: bytes are passed through as they are.
 *
 * The port is the key.
 */
import { knownValue } from "@alienplatform/engine"
import { defineLocalNode } from "../define.ts"
import { entryLeadingTo, entryVerbs, type LeadsTo, leadsToOf } from "./entry.ts"
import type { RouteTable } from "./table.ts"

export interface PortProps extends LeadsTo {
  /** Of 127.0.0.1. Changing it replaces the object. */
  port: number
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
    propsOf: (entry) => ({ port: entry.port, ...leadsToOf(entry) }),
    entryOf: (props, mark) => ({ ...entryLeadingTo(props, mark), port: props.port }),
    remedy: "destroy that one, or deploy again under another name",
  }),
})
