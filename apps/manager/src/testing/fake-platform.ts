import { problem, type StackSettings, type Violation } from "@alienplatform/core"
import {
  defineComponent,
  defineGate,
  defineNode,
  definePlatform,
  type LimitDefinition,
  type LogPage,
  type LogQuery,
  type ObjectType,
  type Owner,
  type Reading,
  type ResourceLike,
} from "@alienplatform/engine"
import type { OpenPlatform } from "../platforms/platforms.ts"

interface Stored {
  id: string
  props: ProgramProps | RouteProps | NetworkProps
  /** Absent once the mark was taken off. */
  owner?: Owner
  /** A deletion was taken, and goes slowly. */
  leaving?: boolean
}

/** A cloud in memory with a few kinds of objects; calls can be refused or held up by tests. */
export class FakeCloud {
  readonly objects = new Map<string, Stored>()
  readonly calls: string[] = []
  /** Types whose creates are refused for good; with `read `, `delete ` or `unmark ` before it, those calls are denied. */
  readonly refused = new Set<string>()
  /** Workers get a network, which goes only once a test loses it. */
  hasNetworks = false
  /** Why nobody else can run its objects. */
  undetachable: string | undefined
  /** Why it does not run the artifact in that file. */
  refusedArtifact: ((file: string) => Error | undefined) | undefined
  /** What the platform itself lacks; thrown before every run. */
  lacks: unknown
  /** Types whose updates are answered and not kept. */
  readonly forgetful = new Set<string>()
  /** Images whose programs never become ready, and images whose programs crash. */
  readonly notReady = new Set<string>()
  readonly crashing = new Set<string>()
  /** What is asked of the logs, and what they answer; none: the platform keeps none. */
  readonly logQueries: LogQuery[] = []
  logs: LogPage | undefined
  /** How many mutating calls its account may make; none: as many as come. */
  limit: LimitDefinition | undefined
  /** Mutating calls wait for it. */
  gate: Promise<void> = Promise.resolve()

  /** Removes objects of a type behind the manager's back. */
  lose(type: string): void {
    for (const key of this.objects.keys()) if (key.startsWith(type)) this.objects.delete(key)
  }
}

const denied = (cloud: FakeCloud, call: string): void => {
  if (cloud.refused.has(call)) throw problem("denied", { message: `${call} is not allowed`, outcome: "refused" })
}

interface Context {
  cloud: FakeCloud
}
interface ProgramProps {
  code: string
  environment: Record<string, string>
  secrets?: Record<string, string>
}
interface ReadinessProps {
  /** Address of the program. */
  address: string
  code: string
}
interface NetworkProps {
  range: string
}
interface RouteProps {
  host: string
  program: string
}

/** Every mutating call of this cloud takes a place in it. */
export const LIMIT = "fake/account"

const nodeOf = <P extends ProgramProps | RouteProps | NetworkProps>(
  type: string,
  traits: Pick<Partial<ObjectType<P, { address: string }, Context>>, "replaceOn" | "secret" | "lingers" | "unmark">,
) =>
  defineNode<P, { address: string }, Context>({
    ...traits,
    type,
    identity: { by: "assigned" },
    permissions: { read: [] },
    limits: () => [LIMIT],
    async read({ id, owner, cloud }) {
      cloud.calls.push(`read ${type}`)
      denied(cloud, `read ${type}`)
      const found = cloud.objects.get(id ?? addressOf(type, owner))
      if (!found) return undefined
      const crashed = "code" in found.props && named(cloud.crashing, found.props.code)
      const broken = {
        code: "workload_crashed",
        message: "exited with 1; its last lines:\n  boom",
        heal: "none" as const,
      }
      const status = crashed ? { broken } : found.leaving ? "changing" : "settled"
      return { ...found, attributes: { address: found.id }, status } as Reading<never, { address: string }>
    },
    async create({ props, owner, cloud }) {
      await cloud.gate
      cloud.calls.push(`create ${type}`)
      if (cloud.refused.has(type))
        throw problem("quota", { message: `no room for another ${type}`, outcome: "refused" })
      const id = addressOf(type, owner)
      cloud.objects.set(id, { id, props: { ...props }, owner })
      return { id }
    },
    async update({ id, props, cloud }) {
      await cloud.gate
      cloud.calls.push(`update ${type}`)
      const found = cloud.objects.get(id)
      if (found && !cloud.forgetful.has(type)) cloud.objects.set(id, { ...found, props: { ...props } })
    },
    async delete({ id, cloud }) {
      await cloud.gate
      cloud.calls.push(`delete ${type}`)
      denied(cloud, `delete ${type}`)
      const found = cloud.objects.get(id)
      if (traits.lingers && found) cloud.objects.set(id, { ...found, leaving: true })
      else cloud.objects.delete(id)
    },
  })

const addressOf = (type: string, owner: Owner) => `${type}/${owner.deployment}/${owner.node}/${owner.incarnation}`

const named = (images: ReadonlySet<string>, code: string) => [...images].some((image) => code.includes(image))

/** Changed in place. */
const Program = nodeOf<ProgramProps>("fake.Program", { secret: ["secrets"] })
/** A version of a resource with a readiness probe: made beside the old one, and routed to once it is ready. */
const Revision = nodeOf<ProgramProps>("fake.Revision", {
  replaceOn: ["code", "environment", "secrets"],
  secret: ["secrets"],
})
const Readiness = defineGate<ReadinessProps, { address: string }, Context>({
  type: "fake.Readiness",
  permissions: { read: [] },
  async read({ props, cloud }) {
    cloud.calls.push("read fake.Readiness")
    const waiting = { on: "gate", code: "probe_failed", message: "no answer; last lines of the app:\n  boom" } as const
    const status = named(cloud.notReady, props.code) ? { waiting } : "settled"
    return { id: props.address, props, attributes: { address: props.address }, status }
  },
})
const Route = nodeOf<RouteProps>("fake.Route", {
  replaceOn: ["host"],
  async unmark({ id, cloud }) {
    cloud.calls.push("unmark fake.Route")
    denied(cloud, "unmark fake.Route")
    const { owner: _, ...found } = cloud.objects.get(id) ?? {}
    if ("id" in found) cloud.objects.set(id, found)
  },
})
const Network = nodeOf<NetworkProps>("fake.Network", { lingers: true })

interface WorkerLike extends ResourceLike {
  type: "worker"
  code: unknown
  environment: Record<string, string>
  concurrencyLimit?: number
  readinessProbe?: unknown
  publicEndpoints: readonly { name: string; streaming: boolean }[]
}

const workerOn = (cloud: FakeCloud) =>
  defineComponent<WorkerLike, unknown, { id: string; name: string; platform: string; prefix: string }>({
    resource: "worker",
    expand({ graph, resource, deployment, secrets }) {
      const streamed = resource.publicEndpoints.find(({ streaming }) => streaming)
      if (streamed)
        throw problem("not_supported", {
          message: `endpoint ${streamed.name} cannot stream on this platform`,
        })
      const id = resource.id.toLowerCase()
      const code = JSON.stringify(resource.code)
      const props = { code, environment: resource.environment, ...(Object.keys(secrets).length > 0 ? { secrets } : {}) }
      if (cloud.hasNetworks) graph.add(Network, `${id}/network`, { range: "10.0.0.0/16" })
      const started = graph.add(resource.readinessProbe ? Revision : Program, `${id}/program`, props)
      const program = resource.readinessProbe
        ? graph.add(Readiness, `${id}/readiness`, { address: started.ref("address"), code })
        : started
      return {
        ...(resource.concurrencyLimit
          ? { notes: [`the concurrency limit of ${resource.id} is not enforced here`] }
          : {}),
        endpoints: resource.publicEndpoints.map(({ name }) => {
          const host = `${name}.${deployment.name}.example`
          if (host.length > 100)
            throw problem("out_of_range", { message: `host ${host} is longer than 100 characters on this platform` })
          const route = graph.add(Route, `${id}/route/${name}`, { host, program: program.ref("address") })
          return {
            resource: resource.id,
            endpoint: name,
            protocol: "http" as const,
            front: "fake.route",
            exposure: "internet" as const,
            hosts: [
              {
                host,
                port: 443,
                kind: "provider" as const,
                target: [started, program, route],
                probe: {
                  connect: { address: "127.0.0.1", port: 9 },
                  method: "GET",
                  path: "/",
                  expect: "any-answer" as const,
                },
              },
            ],
          }
        }),
      }
    },
  })

/** Served under the name `test`. */
export const fakePlatform = (cloud: FakeCloud): OpenPlatform => {
  const platform = definePlatform<Context>({
    name: "test",
    components: [workerOn(cloud)],
    nodes: [Program, Revision, Readiness, Route, Network],
    settings: refusedSettings,
    ...(cloud.limit ? { limits: { fake: cloud.limit } } : {}),
    ...(cloud.logs ? { logs: async (_, query) => logged(cloud, query) } : {}),
    ...(cloud.undetachable === undefined ? {} : { undetachable: cloud.undetachable }),
    checkArtifact: async (file) => {
      const refused = cloud.refusedArtifact?.(file)
      if (refused) throw refused
    },
    isFrontAnswer: () => false,
  })
  return {
    platform,
    context: { cloud },
    onThisMachine: true,
    contextOf: ({ id, name, resourcePrefix }) => ({ id, name, platform: "test", prefix: resourcePrefix }),
    prepare: async () => {
      if (cloud.lacks) throw cloud.lacks
    },
    removeLeftovers: async (deployment) => {
      cloud.calls.push(`leftovers ${deployment}`)
      if (cloud.refused.has("leftovers")) throw new Error("disk is gone")
    },
    close: async (mode) => {
      cloud.calls.push(`close ${mode}`)
    },
  }
}

/** This cloud has the default network alone, and no names but its own. */
function refusedSettings({ network, domains, endpoints = {} }: StackSettings): Violation[] {
  const paths = [
    ...(network && network.type !== "use-default" ? ["network.type"] : []),
    ...Object.keys(domains?.customDomains ?? {}).map((key) => `domains.customDomains.${key}`),
    ...Object.keys(endpoints).flatMap((key) =>
      ["network", "services"].includes(endpoints[key]?.exposure ?? "") ? [`endpoints.${key}.exposure`] : [],
    ),
  ]
  return paths.map((path) => ({ path, code: "setting_not_supported", message: "cannot be done in this cloud" }))
}

function logged(cloud: FakeCloud, query: LogQuery): LogPage {
  cloud.logQueries.push(query)
  if (query.since === "bad") throw problem("cursor_invalid", { message: "cursor bad was not given by these logs" })
  return cloud.logs ?? { entries: [], cursor: "" }
}
