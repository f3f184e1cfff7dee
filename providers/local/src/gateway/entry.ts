/**
 * What hosts and ports have in common: each is an entry in the gateway's table that carries its owner, so it has one
 * owner in the data directory. It is settled when the gateway serves a table at least as new as the entry and did not
 * reject it.
 */
import { type AlienError, problem } from "@alienplatform/core"
import { isCode } from "@alienplatform/core/codes"
import {
  markedNode,
  type ObjectStatus,
  type ObjectType,
  type Owner,
  type Reading,
  type Sent,
} from "@alienplatform/engine"
import type { LocalContext } from "../context.ts"
import type { LoopbackPort } from "../loopback.ts"
import type { RoutesFile } from "./routes-file.ts"
import type { GatewayStatus, RouteTable, UpstreamAddress } from "./table.ts"
import { portOfUpstream, upstreamOf } from "./upstream.ts"

/** Whose an entry is, and which version of the table wrote it last. */
export interface EntryMark {
  key: string
  owner: Owner
  since: number
  deployment: string
}

/** What every entry leads to, and what the gateway says of it. */
export interface LeadsTo {
  /** Of ready processes. */
  upstreams: LoopbackPort[]
  /** Named on error pages. */
  deploymentName: string
  resource: string
  endpoint: string
}

/** What is read of every entry. An older table may lack owner, version and name. */
interface Entry extends Pick<EntryMark, "key" | "deployment"> {
  owner?: Owner | undefined
  since?: number | undefined
  upstreams: UpstreamAddress[]
  deploymentName?: string | undefined
  resource: string
  endpoint: string
}

export const leadsToOf = ({ upstreams, deploymentName = "", resource, endpoint }: Omit<Entry, "key">): LeadsTo => ({
  upstreams: upstreams.map(portOfUpstream),
  deploymentName,
  resource,
  endpoint,
})

export const entryLeadingTo = ({ upstreams, deploymentName, resource, endpoint }: LeadsTo, mark: EntryMark) => ({
  ...mark,
  upstreams: upstreams.map(upstreamOf),
  deploymentName,
  resource,
  endpoint,
})

/** One list of the table. */
export interface EntryKind<P extends object, A extends object, E extends Entry> {
  entries(table: RouteTable): readonly E[]
  change(file: RoutesFile, edit: (entries: E[], version: number) => E[] | undefined): Promise<void>
  /** The address that is wanted, where it is known. */
  wanted(props: Sent<P>): string | undefined
  addressOf(entry: E): string
  /** As people name it: `port 9443`. */
  nameOf(entry: E): string
  propsOf(entry: E): P
  attributesOf(entry: E): A
  entryOf(props: P, mark: EntryMark): E
  /** What can be done where somebody else has it. */
  remedy: string
}

type Verbs<P extends object, A extends object> = Required<
  Pick<ObjectType<P, A, LocalContext>, "read" | "create" | "update" | "delete">
>

export function entryVerbs<P extends object, A extends object, E extends Entry>(kind: EntryKind<P, A, E>): Verbs<P, A> {
  const readingOf = (entry: E, served: GatewayStatus | Error): Reading<P, A> => ({
    id: kind.addressOf(entry),
    owner: entry.owner,
    props: kind.propsOf(entry),
    attributes: kind.attributesOf(entry),
    status: statusOf(kind.nameOf(entry), entry, served),
  })
  return {
    async read({ id, props, local }) {
      const address = id ?? kind.wanted(props)
      const found = kind.entries(await local.routes.read()).find((entry) => kind.addressOf(entry) === address)
      return found && readingOf(found, await answerOf(local.gateway.status()))
    },
    async create({ props, owner, local }) {
      let made = kind.entryOf(props, markOf(owner, 0))
      const id = kind.addressOf(made)
      await kind.change(local.routes, (entries, version) => {
        const known = entries.find((entry) => kind.addressOf(entry) === id)
        if (known && !isOf(known, owner)) throw taken(kind, known)
        made = kind.entryOf(props, markOf(owner, version))
        return [...entries.filter((entry) => entry !== known), made]
      })
      return { id, reading: readingOf(made, await answerOf(local.gateway.reload())) }
    },
    async update({ id, props, owner, local }) {
      let changed: E | undefined
      await kind.change(local.routes, (entries, version) => {
        const known = entries.find((entry) => kind.addressOf(entry) === id)
        if (!known) return undefined
        const entry = kind.entryOf(props, markOf(owner, version))
        changed = entry
        return entries.map((other) => (other === known ? entry : other))
      })
      const served = await answerOf(local.gateway.reload())
      return { reading: changed && readingOf(changed, served) }
    },
    async delete({ id, observed, local }) {
      await kind.change(local.routes, (entries) => {
        const left = entries.filter((entry) => kind.addressOf(entry) !== id || !isOf(entry, observed.owner))
        return left.length === entries.length ? undefined : left
      })
      await answerOf(local.gateway.reload())
      return { reading: null }
    },
  }
}

const keyOf = (deployment: string, node: string): string => `${deployment}/${markedNode(node)}`

const markOf = (owner: Owner, since: number): EntryMark => ({
  key: keyOf(owner.deployment, owner.node),
  owner,
  since,
  deployment: owner.deployment,
})

/** Nobody in particular: yes. Earlier versions wrote the node's id into the key as it is, however long. */
function isOf({ key }: Entry, owner: Owner | undefined): boolean {
  if (owner === undefined) return true
  const slash = key.indexOf("/")
  return keyOf(key.slice(0, slash), key.slice(slash + 1)) === keyOf(owner.deployment, owner.node)
}

const taken = <P extends object, A extends object, E extends Entry>(kind: EntryKind<P, A, E>, entry: E): AlienError =>
  problem("name_taken", {
    message: `${kind.nameOf(entry)} already leads to ${entry.resource} of deployment ${entry.deployment}; ${kind.remedy}`,
    outcome: "refused",
  })

const answerOf = (asked: Promise<GatewayStatus>): Promise<GatewayStatus | Error> => asked.catch((error: Error) => error)

function statusOf(what: string, { key, since = 0 }: Entry, served: GatewayStatus | Error): ObjectStatus {
  if (served instanceof Error)
    return {
      waiting: {
        on: "cloud",
        code: "gateway_unavailable",
        message: `${what} is not served: ${served.message}`,
        fix: "the supervisor starts the gateway again by itself",
      },
    }
  if (served.version < since) return "changing"
  const rejected = served.rejected[key]
  if (!rejected) return "settled"
  const { code, message } = rejected
  return { broken: { code: isCode(code) ? code : "provider_error", message, heal: "none" } }
}
