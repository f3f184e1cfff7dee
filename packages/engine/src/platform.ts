import type { Graph, Predecessor, Ref } from "./graph.ts"
import type { AnyNodeType } from "./node-type.ts"

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

/** A request with the final host name, sent straight to an address that our own objects reported. */
export interface ProbePlan {
  connect: { address: string | Ref<string>; port: number | Ref<number> }
  method: string
  path: string
  /** A 2xx or 3xx is asked for (a declared readiness probe); otherwise any answer of the app will do. */
  expect: "success" | "any-answer"
  /** PEM of the authority to trust beside the system's. */
  certificateAuthority?: string
}

export interface EndpointPlan {
  resource: string
  endpoint: string
  protocol: "http" | "tcp"
  /** What serves it, for example `aws.http-api`. */
  front: string
  exposure: "internet" | "network" | "services"
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
}

export interface ExpandArgs<R extends ResourceLike, S, D extends DeploymentContext> {
  graph: Graph
  resource: R
  /** All resources of the stack, by id; a component reads its links' endpoints here. */
  resources: Readonly<Record<string, ResourceLike>>
  settings: S
  deployment: D
}

export interface Component<
  R extends ResourceLike = ResourceLike,
  S = unknown,
  D extends DeploymentContext = DeploymentContext,
> {
  resource: R["type"]
  /** Adds the nodes of one resource to the graph and says what serves its endpoints. Pure: no clock, no network. */
  expand(args: ExpandArgs<R, S, D>): { endpoints: EndpointPlan[] }
}

export const defineComponent = <R extends ResourceLike, S, D extends DeploymentContext>(
  component: Component<R, S, D>,
): Component<R, S, D> => component

/** Calls per period that a cloud allows; a throttle moves it for everybody. */
export interface LimitDefinition {
  calls: number
  /** ms */
  per: number
}

export interface LogLine {
  /** ISO 8601, UTC. */
  time: string
  stream: "stdout" | "stderr"
  line: string
}

export interface Platform<C = unknown> {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: each component narrows its own resource, settings and context.
  components: readonly Component<any, any, any>[]
  /** Every node type that a row may carry, so that rows of older releases can still be deleted. */
  nodes: readonly AnyNodeType<C>[]
  limits?: Readonly<Record<string, LimitDefinition>>
  /** Is this answer the front's own and not the app's? */
  isFrontAnswer(answer: { status: number; headers: Readonly<Record<string, string>>; body: string }): boolean
}

export const definePlatform = <C>(platform: Platform<C>): Platform<C> => platform
