import {
  type MemoryContext,
  refusal,
  type TinyAttributes,
  type TinyProps,
  type TinyType,
  tiny,
} from "@alienplatform/simulator-memory"
import { defineBorrowed, defineEnsure, defineGate } from "../declare/define-node.ts"
import type { Graph, NodeHandle } from "../declare/graph.ts"
import { knownValue } from "../declare/sent.ts"

/** Id of the customer's object that our entries are added to. */
export const BORROWED = "customers-gateway"
export const ENABLED_API = "run.example"
export const HOSTS = ["a", "b", "c"] as const

const predict = ({ name }: { name: string }) => ({ address: `${name}.example` })

/** Behaviour of children of the object that `to` names; creating one without its parent is refused. */
const inParent = {
  neverMarked: true,
  address: ({ to, key }: { to?: unknown; key?: unknown }) => `${to}/${key}`,
  check: ({ to }: TinyProps, cloud: MemoryContext["cloud"]) => {
    const parent = cloud.existing(String(to))
    if (!parent || parent.goneAt !== undefined) throw refusal("not_found", `${to} is not there`)
  },
}
const child = { identity: { by: "parent", of: "to", key: ["key"], unique: true } } satisfies Partial<TinyType>

const Network = tiny(
  "network",
  { identity: { by: "assigned" } },
  { address: "assigned", hiddenMs: 1_500, deleteMs: 8_000, usedBy: ["gateway", "function"] },
)
const Gateway: TinyType = {
  ...tiny(
    "gateway",
    { cascades: true, replaceOn: ["color"], predict, updatesWhileChanging: true },
    { settleMs: 4_000 },
  ),
  delete: ({ cloud, id }) =>
    cloud.request("delete", "gateway", () => {
      const gone = [cloud.existing(id), ...cloud.ofKind("route").filter(({ props }) => props.to === id)]
      for (const object of gone) if (object) cloud.deleteAt(object, cloud.clock.now())
    }),
}
const Route = tiny(
  "route",
  { ...child, serialize: ({ to }) => knownValue<string | undefined>(to) },
  { ...inParent, settleMs: 1_000 },
)
const Code = tiny(
  "function",
  { replaceOn: ["key"], predict, secret: ["secret"], lazy: ["color"], retireAfter: 2_000 },
  { createMs: 5_000, settleMs: 1_000, hiddenProps: ["secret"], usedBy: ["route"] },
)
const Version = tiny("version", { replaceOn: ["key"] })
const Gathering = tiny(
  "gathering",
  { identity: { by: "assigned" }, parts: "entries", gather: 5_000 },
  { address: "assigned", hiddenMs: 800 },
)
const Slow = tiny("slow", { parts: "entries" }, { createMs: 9_000 })
const Domain = tiny(
  "domain",
  { identity: { by: "key", of: ["key"] }, replaceOn: ["color"] },
  { address: ({ key }) => String(key), settleMs: 2_000, deleteMs: 2_000 },
)
const Mapping = tiny("mapping", child, inParent)
const Queue = tiny("queue", { mark: "later" }, { unmarkedCreate: true, hiddenMs: 1_000 })
const Service = tiny("service", { updatesWhileChanging: true }, { settleMs: 3_000 })

const Api = defineEnsure<{ name: string }, { name: string }, MemoryContext>({
  type: "tiny.api",
  permissions: { read: [] },
  read: ({ cloud, props }) =>
    cloud.request("read", "api", () => {
      const name = String(props.name)
      return cloud.existing(name) && { id: name, props: {}, attributes: { name }, status: "settled" as const }
    }),
  create: ({ cloud, props }) =>
    cloud.request("create", "api", () => {
      if (cloud.existing(props.name)) throw refusal("already_exists", `${props.name} is on`)
      cloud.insert({ id: props.name, kind: "api", props: {} })
    }),
})

const Borrowed = defineBorrowed<TinyProps, TinyAttributes, MemoryContext>({
  type: "tiny.borrowed",
  parts: "entries",
  permissions: { read: [] },
  callTimeoutMs: 60_000,
  visibleWithin: 5_000,
  read: ({ cloud }) =>
    cloud.request("read", "borrowed", () => {
      const found = cloud.existing(BORROWED)
      return (
        found && {
          id: found.id,
          props: { entries: (found.props as TinyProps).entries ?? {} },
          attributes: { id: found.id, address: "gateway.example" },
          version: String(found.version),
          status: "settled" as const,
        }
      )
    }),
  update: ({ cloud, props, observed }) =>
    cloud.request("update", "borrowed", () => {
      const found = cloud.existing(BORROWED)
      if (!found || observed.version !== String(found.version)) throw refusal("conflict", "it changed meanwhile")
      found.props = { entries: props.entries }
      found.version += 1
    }),
})

/** A gate that passes once the service runs the version. */
const Gate = defineGate<{ service: string; version: string }, { version: string }, MemoryContext>({
  type: "tiny.gate",
  permissions: { read: [] },
  read: ({ cloud, props }) =>
    cloud.request("read", "gate", () => ({
      id: "gate",
      props,
      attributes: { version: props.version },
      status:
        cloud.existing(props.service)?.props.color === props.version
          ? ("settled" as const)
          : { waiting: { on: "gate" as const, code: "probe_failed", message: "it does not answer" } },
    })),
})

export const TYPES = [
  Network,
  Gateway,
  Route,
  Code,
  Version,
  Gathering,
  Slow,
  Domain,
  Mapping,
  Queue,
  Service,
  Api,
  Borrowed,
  Gate,
]

/** Objects of each kind in a release. */
export const INVENTORY: Record<string, number> = {
  network: 1,
  gateway: 1,
  gathering: 1,
  slow: 1,
  queue: 1,
  service: 1,
  function: 3,
  version: 3,
  route: 3,
  domain: 3,
  mapping: 3,
}

const KEYS = ["xyz", "yxz", "yzx", "xyw"]

/**
 * The graph of the n-th release, with every kind of node and reference. Between releases domains change keys, hosts
 * move between shared nodes, gateways and functions are replaced and secrets change.
 */
export const release = (n: number) => (graph: Graph) => {
  const api = graph.add(Api, "_stack/api", { name: ENABLED_API })
  const network = graph.add(Network, "_stack/network", {}, { after: [api] })
  const color = "abac"[n % 4] ?? ""
  const gateway = graph.add(Gateway, "api/gateway", { color, to: network.ref("id", "exists") })
  const homes: NodeHandle<TinyAttributes>[] = [
    graph.add(Gathering, "_stack/gathering", { to: gateway.ref("address", "name") }),
    graph.add(Slow, "_stack/slow", {}),
    graph.add(Borrowed, "_stack/borrowed", {}),
  ]
  for (const [index, host] of HOSTS.entries()) {
    const run = graph.add(Code, `${host}/function`, {
      key: "1221"[n % 4] ?? "",
      secret: secretOfRelease(n),
      color: String(n),
      to: network.ref("id"),
    })
    const version = graph.add(Version, `${host}/version`, { key: run.ref("$sent"), to: run.ref("address", "name") })
    const route = graph.add(Route, `${host}/route`, { to: gateway.ref("id"), key: host, color: run.ref("id") })
    const home = homes[(index + n) % 3] ?? gateway
    const priority = graph.choose("priority", host, ["1", "2", "3", "4"])
    const part = graph.part(home, host, { version: version.ref("id"), priority })
    const key = KEYS[n % 4]?.[index] ?? ""
    const domain = graph.add(Domain, `${host}/domain`, { key, color: "eeff"[n % 4] ?? "" })
    const mapping = { to: domain.ref("id"), key: "root", color: route.ref("id") }
    graph.add(Mapping, `${host}/mapping`, mapping, { after: [part] })
  }
  graph.add(Queue, "a/queue", { size: n })
  const service = graph.add(Service, "a/service", { color: versionOfRelease(n) })
  const gate = graph.add(Gate, "a/gate", { service: service.ref("id", "exists"), version: versionOfRelease(n) })
  const node = graph.nodes.get("a/service")
  if (node) node.props.to = gate.once(versionOfRelease(n), { until: "nobody" })
}

export const secretOfRelease = (n: number): string => `secret ${n}`
export const versionOfRelease = (n: number): string => `v${n}`
