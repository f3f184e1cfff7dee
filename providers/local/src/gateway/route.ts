/**
 * Host → loopback ports, an entry in the gateway's table.
 *
 * The host is the key and the entry carries its owner, so a host has one owner in the data directory. It is settled
 * when the gateway reports a table at least as new as the entry and did not reject it.
 */
import { problem } from "@alienplatform/core"
import { defineNode, type Owner } from "@alienplatform/engine"
import { CALL_TIMEOUT_MS, type LocalContext } from "../context.ts"
import { isOf, keyOf, statusOf } from "./entry.ts"
import type { Route as RouteEntry } from "./table.ts"

export interface RouteProps {
  /** Lower case. Changing it replaces the object. */
  host: string
  /** Loopback ports of ready processes. */
  upstreams: number[]
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

export const Route = defineNode<RouteProps, RouteAttributes, LocalContext>({
  type: "local.gateway.Route",
  replaceOn: ["host"],
  fixedName: true,
  visibleWithin: 0,
  callTimeout: CALL_TIMEOUT_MS,
  reads: { first: 50, cap: 2000 },
  permissions: { read: [] },

  async read({ id, props, local }) {
    const { routes } = await local.routes.read()
    const found = routes.find(({ host }) => host === (id ?? props.host))
    if (!found) return undefined
    const { host } = found
    return {
      id: host,
      owner: found.owner,
      props: propsOf(found),
      attributes: { host },
      status: await statusOf(host, found, local),
    }
  },
  async create({ props, owner, local }) {
    await local.routes.change("routes", (routes, version) => {
      const known = routes.find(({ host }) => host === props.host)
      if (known && known.key !== keyOf(owner)) throw taken(known)
      return [...routes.filter((other) => other !== known), entryOf(props, owner, version)]
    })
    await local.gateway.reload()
    return { id: props.host }
  },
  async update({ id, props, owner, local }) {
    await local.routes.change("routes", (routes, version) =>
      routes.map((route) => (route.host === id ? entryOf(props, owner, version) : route)),
    )
    await local.gateway.reload()
    return undefined
  },
  async delete({ id, observed, local }) {
    await local.routes.change("routes", (routes) => {
      const left = routes.filter((route) => route.host !== id || !isOf(route, observed.owner))
      return left.length === routes.length ? undefined : left
    })
    await local.gateway.reload()
    return undefined
  },
})

const entryOf = (props: RouteProps, owner: Owner, since: number): RouteEntry => ({
  key: keyOf(owner),
  owner,
  since,
  host: props.host,
  upstreams: props.upstreams.map((port) => ({ port })),
  certificate: { chainFile: props.chainFile, keyFile: props.keyFile, sha256: props.sha256 },
  timeoutSeconds: props.timeoutSeconds,
  ...(props.concurrencyLimit === undefined ? {} : { concurrencyLimit: props.concurrencyLimit }),
  deployment: owner.deployment,
  deploymentName: props.deploymentName,
  resource: props.resource,
  endpoint: props.endpoint,
})

const propsOf = ({
  host,
  upstreams,
  certificate,
  timeoutSeconds,
  concurrencyLimit,
  deploymentName,
  resource,
  endpoint,
}: RouteEntry) => ({
  host,
  upstreams: upstreams.map(({ port }) => port),
  ...certificate,
  timeoutSeconds,
  concurrencyLimit,
  deploymentName,
  resource,
  endpoint,
})

const taken = (known: RouteEntry) =>
  problem("name_taken", {
    message: `the host ${known.host} already leads to ${known.resource} of deployment ${known.deployment}; give this deployment another name`,
    outcome: "refused",
  })
