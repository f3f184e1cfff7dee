export { type Clock, systemClock } from "./clock.ts"
export {
  type DesiredNode,
  Graph,
  type GraphOptions,
  type Input,
  type Level,
  NodeHandle,
  type Predecessor,
  Ref,
} from "./graph.ts"
export { createLimiter, type Limiter } from "./limits.ts"
export {
  type Answer,
  type AnyNodeType,
  type Attributes,
  type CreateArgs,
  type DeleteArgs,
  defineGate,
  defineLookup,
  defineNode,
  type LookupType,
  type NodeTraits,
  type ObjectStatus,
  type ObjectType,
  type Operation,
  type Owner,
  type Permissions,
  type Polled,
  type Props,
  type ReadArgs,
  type Reading,
  type UpdateArgs,
  type Waiting,
} from "./node-type.ts"
export type { EngineEvent, Lease, ObjectChanges, ObjectStore } from "./object-store.ts"
export { type Plan, type PlanOptions, planDeployment } from "./plan.ts"
export type { PlanAction, PlanChange, PlanVerb } from "./plan-action.ts"
export { planText } from "./plan-text.ts"
export {
  type Component,
  type DeploymentContext,
  defineComponent,
  definePlatform,
  type EndpointPlan,
  type ExpandArgs,
  type Expanded,
  type HostPlan,
  type HttpProbePlan,
  type LimitDefinition,
  type LogEntry,
  type LogLine,
  type LogPage,
  type LogQuery,
  type Platform,
  type ProbePlan,
  type ResourceLike,
  type TcpProbePlan,
} from "./platform.ts"
export type { Call, ObjectRow, Reason, RowStatus, SentPart, Verb } from "./row.ts"
export { type Outcome, type RunOptions, type RunResult, retryParked, runDeployment } from "./run.ts"
