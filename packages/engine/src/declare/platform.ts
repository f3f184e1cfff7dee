import type { EndpointProtocol, Exposure, Json, StackSettings, Violation } from "@alienplatform/core"
import type { Graph } from "./graph.ts"
import type { AnyNodeType } from "./node-type.ts"
import type { Predecessor, Ref } from "./refs.ts"
import type { Target } from "./traits.ts"

/** The members of a stack's resource that the engine needs; core's resource configs have them. */
export interface ResourceLike {
  type: string
  id: string
}

/** One DNS name that serves an endpoint. */
export interface HostPlan {
  /** The DNS name, or a reference to the attribute that will hold it. */
  host: string | Ref<string>
  port: number
  kind: "provider" | "custom"
  /** Nodes that must be settled for this host to serve. */
  target: readonly Predecessor[]
  /** How to probe the app through this host. */
  probe?: ProbePlan
}

/** How to probe the app at an address that our own objects reported. */
export type ProbePlan = HttpProbePlan | TcpProbePlan

/** A probe by HTTPS request with the final host name. */
export interface HttpProbePlan {
  kind?: "http"
  connect: ProbeAddress
  method: string
  path: string
  /** success: a 2xx or 3xx is needed (a declared readiness probe). any-answer: any answer of the app will do. */
  expect: "success" | "any-answer"
  /** PEM of the authority to trust beside the system's. */
  certificateAuthority?: string
}

/** A probe by TCP connection: it must be accepted and not closed at once. */
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
  /** Kind of front that serves the endpoint, for example `aws.http-api`. */
  front: string
  exposure: Exposure
  /** The reach of the exposure where it is narrower than the setting's name says: "this machine". */
  scope?: string
  hosts: readonly HostPlan[]
  limits?: { requestSeconds?: number }
}

/** Facts about a deployment that every component may use. */
export interface DeploymentContext {
  id: string
  name: string
  platform: string
  /** Starts every name that we give to an object. */
  prefix: string
  /** Id of the release that is expanded: what a name in it stands for is looked up once for each. */
  release?: string
  /** Account, Region and the like; absent where the platform is a single place. */
  target?: Target
  /** How a workload asks the manager for its current URLs; absent: it only gets those known at its start. */
  manager?: {
    /** The manager's URL, without a trailing slash. */
    url: string
    /** A secret token for this deployment's `/info`, the same in every expansion. */
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
  /** Secret environment variables of this resource; they take precedence over declared ones. */
  secrets: Readonly<Record<string, string>>
}

/** What a component returns about a resource, beside the nodes that it added. */
export interface Expanded {
  endpoints: EndpointPlan[]
  /** Differences between what was declared and what this platform does, one sentence each; the plan prints them. */
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

/** A rate limit: `calls` per `per` ms in each bucket of a name. A throttle delays everybody who shares the bucket. */
export interface LimitDefinition {
  calls: number
  /** Length of the period, ms. */
  per: number
  /** Calls that may start at once after a pause. Default 1. */
  burst?: number
  /** True where reads count too. Default: only mutating calls count. */
  reads?: boolean
}

export interface LogLine {
  /** When the line was written: ISO 8601, UTC. */
  time: string
  /** stdout, stderr: output of the workload. access: a request that a front answered for an endpoint. platform: what it says of the workload. */
  stream: "stdout" | "stderr" | "access" | "platform"
  line: string
}

/** A log line and the replica that wrote it. */
export interface LogEntry extends LogLine {
  /** The resource's id, lower case. */
  resource: string
  /** Number of the replica, from 1. */
  replica: number
  incarnation: number
}

export interface LogQuery {
  /** Id of the deployment, `dep_…`. */
  deployment: string
  /** Id of a resource, in upper or lower case. Default: all resources. */
  resource?: string
  /** Cursor of an earlier page: returns lines after it, oldest first. Default: the newest `limit` lines. */
  since?: string
  limit: number
  /** Include the front's access lines. */
  access: boolean
}

export interface LogPage {
  /** Lines of all replicas, oldest first. */
  entries: LogEntry[]
  /** Cursor of the next page; stays valid when logs are rotated and workloads are replaced. */
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

/** How one replica of a workload fares. */
export interface ReplicaReport {
  /** Id of its resource, lower case. */
  resource: string
  /** From 1. */
  replica: number
  /** Exits since its version was started that nobody asked for. */
  restarts: number
  /** The last of them; null where there was none. */
  lastExit: { code: number | null; signal: string | null; at: number } | null
  /** It exits again and again, whatever it does at this moment. */
  crashLoop: boolean
}

export interface Platform<C = unknown> {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: each component narrows its own resource, settings and context.
  components: readonly Component<any, any, any>[]
  /** Every node type that a row may carry, so that rows of older releases can still be deleted. */
  nodes: readonly AnyNodeType<C>[]
  /** Rate limits, by the part of a bucket's name before its first `/`. */
  limits?: Readonly<Record<string, LimitDefinition>>
  /** Which of a customer's settings this platform cannot do, each by its path. Absent: it does all that core takes. */
  settings?(settings: StackSettings): readonly Violation[]
  /**
   * Refuses a built artifact that no machine of this platform runs; asked when it is released. Absent: all run. Throws
   * `artifact_target_mismatch`. @param file path of the tar.gz
   */
  checkArtifact?(file: string): Promise<void>
  /**
   * Why objects of this platform cannot be left to others: `detach` is refused with this sentence. Absent: they can.
   */
  undetachable?: string
  /** Reads the logs of workloads. Absent: this platform keeps no logs that we can read. Throws `cursor_invalid`. */
  logs?(context: C, query: LogQuery): Promise<LogPage>
  /** What people should know of a deployment's nodes although they serve; asked whenever its endpoints are judged. */
  notices?(context: C, deployment: string): Promise<readonly Notice[]>
  /** How the newest version of a deployment's workloads fares now; asked whenever somebody looks. Absent: cannot be told. */
  replicas?(context: C, deployment: string): Promise<readonly ReplicaReport[]>
  /** Did the front itself produce this answer, and not the app? */
  isFrontAnswer(answer: { status: number; headers: Readonly<Record<string, string>>; body: string }): boolean
}

export const definePlatform = <C>(platform: Platform<C>): Platform<C> => platform
