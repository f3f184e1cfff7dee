import type { EndpointProtocol, Exposure, Json, StackSettings, Violation } from "@alienplatform/core"
import type { Graph } from "./graph.ts"
import type { AnyNodeType } from "./node-type.ts"
import type { Predecessor, Ref } from "./refs.ts"
import type { Target } from "./traits.ts"

/** A workload of a stack as the engine sees it; core's resource configs are this and more. */
export interface ResourceLike {
  type: string
  id: string
}

/** One DNS name that serves an endpoint. */
export interface HostPlan {
  /** Known from the start, or an attribute that the cloud will answer. */
  host: string | Ref<string>
  port: number
  kind: "provider" | "custom"
  /** Nodes that must be settled for this host to serve. */
  target: readonly Predecessor[]
  /** How to ask the app itself through this host. */
  probe?: ProbePlan
}

/** How to ask the app itself, straight at an address that our own objects reported. */
export type ProbePlan = HttpProbePlan | TcpProbePlan

/** A request with the final host name. */
export interface HttpProbePlan {
  kind?: "http"
  connect: ProbeAddress
  method: string
  path: string
  /** A 2xx or 3xx is asked for (a declared readiness probe); otherwise any answer of the app will do. */
  expect: "success" | "any-answer"
  /** PEM of the authority to trust beside the system's. */
  certificateAuthority?: string
}

/** A connection that is accepted and not closed at once. */
export interface TcpProbePlan {
  kind: "tcp"
  connect: ProbeAddress
}

interface ProbeAddress {
  address: string | Ref<string>
  port: number | Ref<number>
}

export interface EndpointPlan {
  resource: string
  endpoint: string
  protocol: EndpointProtocol
  /** What serves it, for example `aws.http-api`. */
  front: string
  exposure: Exposure
  /** Where the exposure ends, when that is narrower than the word says: "this machine". */
  scope?: string
  hosts: readonly HostPlan[]
  limits?: { requestSeconds?: number }
}

/** What everybody may know of a deployment when it is expanded. */
export interface DeploymentContext {
  id: string
  name: string
  platform: string
  /** Starts every name that we give to an object. */
  prefix: string
  /** Where it lies; absent where a platform is one place. */
  target?: Target
  /** How a workload asks the manager for URLs that change while it runs; absent: it is told them at its start only. */
  manager?: {
    /** Without a trailing slash. */
    url: string
    /** Good for this deployment's `/info`; the same for every expansion. A secret. */
    tokenOf(resource: string): string
  }
}

export interface ExpandArgs<R extends ResourceLike, S, D extends DeploymentContext> {
  graph: Graph
  resource: R
  /** All resources of the stack, by id; a component reads its links' endpoints here. */
  resources: Readonly<Record<string, ResourceLike>>
  settings: S
  deployment: D
  /** Variables of this resource whose values are never shown; they win over the declared ones. */
  secrets: Readonly<Record<string, string>>
}

/** What a component says of a resource, beside the nodes that it added. */
export interface Expanded {
  endpoints: EndpointPlan[]
  /** What this platform does otherwise than declared, one sentence each; the plan prints them. */
  notes?: readonly string[]
}

export interface Component<
  R extends ResourceLike = ResourceLike,
  S = unknown,
  D extends DeploymentContext = DeploymentContext,
> {
  resource: R["type"]
  /** Adds the nodes of one resource to the graph and says what serves its endpoints. Pure: no clock, no network. */
  expand(args: ExpandArgs<R, S, D>): Expanded
}

export const defineComponent = <R extends ResourceLike, S, D extends DeploymentContext>(
  component: Component<R, S, D>,
): Component<R, S, D> => component

/** Calls per period that a cloud allows in each bucket of a name; a throttle moves it for everybody. */
export interface LimitDefinition {
  calls: number
  /** ms */
  per: number
  /** Calls that may start together after a rest. Default 1. */
  burst?: number
  /** Reads take places as well. Default: mutating calls alone. */
  reads?: boolean
}

export interface LogLine {
  /** ISO 8601, UTC. */
  time: string
  /** access: a request that a front answered for an endpoint. */
  stream: "stdout" | "stderr" | "access"
  line: string
}

/** A line and where it came from. */
export interface LogEntry extends LogLine {
  /** The resource's id, lower case. */
  resource: string
  /** From 1. */
  replica: number
  incarnation: number
}

export interface LogQuery {
  /** `dep_…` */
  deployment: string
  /** Id, in any case; absent = all resources. */
  resource?: string
  /** Cursor of an earlier page: what came after it, oldest first. Absent: the newest `limit` lines. */
  since?: string
  limit: number
  /** With the lines of the front. */
  access: boolean
}

export interface LogPage {
  /** Oldest first, merged by time. */
  entries: LogEntry[]
  /** Where the next page begins; stays good while output is rotated and workloads are replaced. */
  cursor: string
}

/** What people should know of a node although it serves: a condition that is ok, with a code. Plain JSON. */
export interface Notice {
  node: string
  /** Explained in docs/errors.md. */
  code: string
  message: string
  observed?: Json
  /** What the workload's vendor has to do, in one sentence. */
  fix?: string
}

export interface Platform<C = unknown> {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: each component narrows its own resource, settings and context.
  components: readonly Component<any, any, any>[]
  /** Every node type that a row may carry, so that rows of older releases can still be deleted. */
  nodes: readonly AnyNodeType<C>[]
  /** By the part of a bucket before its first `/`. */
  limits?: Readonly<Record<string, LimitDefinition>>
  /** What of a customer's settings cannot be done here, each by its path. Absent: all that core takes can. */
  settings?(settings: StackSettings): readonly Violation[]
  /** Why nobody else can run what is made here; `detach` is refused with that sentence. Absent: objects can be left to others. */
  undetachable?: string
  /** What workloads wrote; absent: this platform keeps no logs that we can read. Throws `cursor_invalid`. */
  logs?(context: C, query: LogQuery): Promise<LogPage>
  /** Of a deployment's nodes, as often as its endpoints are looked at. Absent: there are none. */
  notices?(context: C, deployment: string): Promise<readonly Notice[]>
  /** Is this answer the front's own and not the app's? */
  isFrontAnswer(answer: { status: number; headers: Readonly<Record<string, string>>; body: string }): boolean
}

export const definePlatform = <C>(platform: Platform<C>): Platform<C> => platform
