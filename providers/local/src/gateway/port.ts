/**
 * Port of this machine → loopback ports, an entry in the gateway's table: bytes are passed through as they are.
 *
 * The port is the key and the entry carries its owner, so a port has one owner in the data directory. Settled like a route.
 */
import { problem } from "@alienplatform/core"
import { defineNode, type Owner } from "@alienplatform/engine"
import { CALL_TIMEOUT_MS, type LocalContext } from "../context.ts"
import { isOf, keyOf, statusOf } from "./entry.ts"
import type { RouteTable } from "./table.ts"

export interface PortProps {
  /** Of 127.0.0.1. Changing it replaces the object. */
  port: number
  /** Loopback ports of ready processes. */
  upstreams: number[]
  /** Named in what the gateway says. */
  deploymentName: string
  resource: string
  endpoint: string
}

export interface PortAttributes {
  port: number
}

type PortEntry = RouteTable["ports"][number]

export const Port = defineNode<PortProps, PortAttributes, LocalContext>({
  type: "local.gateway.Port",
  replaceOn: ["port"],
  fixedName: true,
  visibleWithin: 0,
  callTimeout: CALL_TIMEOUT_MS,
  reads: { first: 50, cap: 2000 },
  permissions: { read: [] },

  async read({ id, props, local }) {
    const { ports } = await local.routes.read()
    const found = ports.find(({ port }) => port === (id === undefined ? props.port : Number(id)))
    if (!found) return undefined
    const { port, owner } = found
    const status = await statusOf(`port ${port}`, found, local)
    return { id: String(port), owner, props: propsOf(found), attributes: { port }, status }
  },
  async create({ props, owner, local }) {
    await local.routes.change("ports", (ports, version) => {
      const known = ports.find(({ port }) => port === props.port)
      if (known && known.key !== keyOf(owner)) throw taken(known)
      return [...ports.filter((other) => other !== known), entryOf(props, owner, version)]
    })
    await local.gateway.reload()
    return { id: String(props.port) }
  },
  async update({ id, props, owner, local }) {
    await local.routes.change("ports", (ports, version) =>
      ports.map((entry) => (entry.port === Number(id) ? entryOf(props, owner, version) : entry)),
    )
    await local.gateway.reload()
    return undefined
  },
  async delete({ id, observed, local }) {
    await local.routes.change("ports", (ports) => {
      const left = ports.filter((entry) => entry.port !== Number(id) || !isOf(entry, observed.owner))
      return left.length === ports.length ? undefined : left
    })
    await local.gateway.reload()
    return undefined
  },
})

const entryOf = (
  { port, upstreams, deploymentName, resource, endpoint }: PortProps,
  owner: Owner,
  since: number,
): PortEntry => ({
  key: keyOf(owner),
  owner,
  since,
  port,
  upstreams: upstreams.map((upstream) => ({ port: upstream })),
  deployment: owner.deployment,
  deploymentName,
  resource,
  endpoint,
})

const propsOf = ({ port, upstreams, deploymentName, resource, endpoint }: PortEntry) => ({
  port,
  upstreams: upstreams.map((upstream) => upstream.port),
  deploymentName,
  resource,
  endpoint,
})

const taken = ({ port, resource, deployment }: PortEntry) =>
  problem("name_taken", {
    message: `port ${port} already leads to ${resource} of deployment ${deployment}; destroy that one, or deploy again under another name`,
    outcome: "refused",
  })
