export { isPartAccepted } from "./decide/references.ts"
export { type Clock, systemClock } from "./declare/clock.ts"
export {
  defineBorrowed,
  defineEnsure,
  defineGate,
  defineLookup,
  defineNode,
  defineNodeWith,
} from "./declare/define-node.ts"
export { type DesiredNode, Graph, type GraphOptions, NodeHandle } from "./declare/graph.ts"
export type {
  Answer,
  AnyNodeType,
  BorrowedType,
  CreateArgs,
  DeleteArgs,
  EnsureType,
  LookupType,
  ObjectType,
  Operation,
  Polled,
  ReadArgs,
  UpdateArgs,
} from "./declare/node-type.ts"
export { ownerFromLine, ownerLine } from "./declare/owner-line.ts"
export type { Permission, Permissions } from "./declare/permissions.ts"
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
  type Notice,
  type Platform,
  type ProbePlan,
  type ReplicaReport,
  type ResourceLike,
  type TcpProbePlan,
} from "./declare/platform.ts"
export type { Attributes, ObjectStatus, Owner, Props, Reading, Waiting } from "./declare/reading.ts"
export { Gated, type Input, type Level, type Predecessor, Ref } from "./declare/refs.ts"
export { knownValue, type Sealed, type Sent, type Unknown } from "./declare/sent.ts"
export type { CallTraits, Identity, ObjectTraits, SharedKey, Target, UpdateTraits } from "./declare/traits.ts"
export { type Plan, type PlanOptions, planDeployment } from "./plan/plan.ts"
export type { PlanAction, PlanVerb } from "./plan/plan-action.ts"
export type { PlanChange } from "./plan/plan-change.ts"
export { planText } from "./plan/plan-text.ts"
export { isRecentDrift, type NodeDrift, recentDrift } from "./record/drift.ts"
export { type AdoptedRows, adoptedRows, forgottenChoices } from "./record/forgotten.ts"
export { isReservedChoice } from "./record/node-memory.ts"
export type { EngineEvent, Lease, ObjectChanges, ObjectStore } from "./record/object-store.ts"
export { markedNode, sameOwner } from "./record/owner.ts"
export type { Call, Dependencies, Drift, ObjectRow, Reason, RowState, RowStatus, SentPart, Verb } from "./record/row.ts"
export { currentRows, type StoredRow } from "./record/upgrade.ts"
export type { BucketState } from "./run/bucket.ts"
export {
  type Buckets,
  type ChangedBuckets,
  createLimiter,
  createLimiterOver,
  type FoundBuckets,
  type Limiter,
  type Place,
  type Reservation,
} from "./run/limiter.ts"
export { isLingering, type Outcome } from "./run/outcome.ts"
export { type RunOptions, type RunResult, runDeployment } from "./run/run.ts"
export { SlotPool, type Slots } from "./run/slots.ts"
