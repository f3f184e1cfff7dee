import type { Json } from "@alienplatform/core"
import type { Buckets, EngineEvent, Lease, NodeDrift, ObjectStore, Reason, StoredRow } from "@alienplatform/engine"

export interface Installation {
  /** `ins_…`, part of every mark. */
  id: string
  createdAt: number
}

export interface Artifact {
  sha256: string
  /** bytes */
  size: number
  createdAt: number
}

export interface Release {
  id: string
  projectId: string
  /** Built stacks by platform. */
  stack: Record<string, Json>
  gitMetadata: Json | null
  /** Made for a plan: never the newest, never followed, until a deployment that runs asks for it. */
  draft: boolean
  createdAt: number
}

export type DeploymentStatus =
  | "pending"
  | "provisioning"
  | "running"
  | "updating"
  | "update-failed"
  | "provisioning-failed"
  | "deleting"
  | "delete-failed"
  /** Stays so whatever is reported or changed later, until it is adopted. */
  | "deleted"

export interface Deployment {
  id: string
  /** Unique among those not deleted. */
  name: string
  platform: string
  resourcePrefix: string
  status: DeploymentStatus
  /** What is asked for; null follows the newest release of `stackId`. */
  desiredReleaseId: string | null
  /** The last release that was installed whole. */
  currentReleaseId: string | null
  /** The one that was before `currentReleaseId` became another; kept by the store. */
  previousReleaseId: string | null
  /** Id of the stack that was asked for last: a release of another one is none of its own. null until there is one. */
  stackId: string | null
  /** What the customer chooses; JSON as validated by core. */
  stackSettings: Json
  environmentVariables: Json
  target: Json
  /** Nothing runs until `deploy`. */
  hold: boolean
  /** What was refused for good is to be tried again; until a run has. */
  retryRequested: boolean
  /** `cleanup`, `detach` or `forget` once deletion was asked for. */
  deleteAction: string | null
  /** Hash of the body that created it: the same name with the same body is the same deployment. */
  createdWith: string
  /** 1 at first; grows with every change that a person, the API or a new release makes, not with a wish alone. */
  generation: number
  /** The generation that the last complete run worked on. */
  observedGeneration: number
  error: Json | null
  /** As the last run left it. */
  drift: NodeDrift[]
  createdAt: number
  updatedAt: number
  deletedAt: number | null
}

export type NewDeployment = Pick<
  Deployment,
  | "id"
  | "name"
  | "platform"
  | "resourcePrefix"
  | "desiredReleaseId"
  | "stackId"
  | "stackSettings"
  | "environmentVariables"
  | "target"
  | "hold"
  | "createdWith"
  | "createdAt"
>

/** How a forgotten deployment begins again; what is left out stays as it was. */
export type Adoption = Pick<Deployment, "name" | "createdWith"> &
  Partial<
    Pick<Deployment, "desiredReleaseId" | "stackId" | "stackSettings" | "environmentVariables" | "target" | "hold">
  >

/** An object of a deployment that is not gone yet. */
export interface Leftover extends Pick<StoredRow, "object" | "node" | "type" | "id" | "name"> {
  deployment: string
  /** Why it is still there, where that is known. */
  why: Reason | null
}

/** What is known of one declared endpoint: state, conditions, hosts, as JSON that the API answers with. */
export interface EndpointRow {
  resource: string
  endpoint: string
  /** Position in the stack, so that lists keep the declared order. */
  position: number
  body: Json
}

export interface TokenRow {
  id: string
  /** SHA-256 of the token. */
  hash: string
  role: "admin" | "customer"
  /** Absent for admins. */
  deployment: string | null
  description: string
  createdAt: number
  revokedAt: number | null
}

/** A deployment to work on, and the generation that was wished for when it was claimed. */
export interface Claim {
  lease: Lease
  generation: number
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface StoredEvent extends EngineEvent {
  /** Counts the deployment's events from 1, in the order of their commits; the cursor for reading on. */
  sequence: number
}

/** Fields of a deployment that may change, whoever changes them. */
export type DeploymentPatch = Partial<
  Pick<
    Deployment,
    | "status"
    | "desiredReleaseId"
    | "currentReleaseId"
    | "stackId"
    | "stackSettings"
    | "environmentVariables"
    | "hold"
    | "deleteAction"
    | "observedGeneration"
    | "error"
    | "drift"
    | "deletedAt"
  >
>

/** What a person or the API changes. */
export interface DeploymentChange extends DeploymentPatch {
  retryRequested?: true
  /** A draft to publish; absent: the one that `desiredReleaseId` names. For a deployment that follows it from now on. */
  publishes?: string
}

/** What a run changes. */
export interface DeploymentReport extends DeploymentPatch {
  /** The generation that was tried again: a retry asked for up to it is done, a later one stays requested. */
  retried?: number
}

/**
 * Everything the manager remembers. One interface, several databases, one contract suite.
 * Times are ms since the epoch. Every method is atomic, and what it wrote is durable once it is answered. Errors carry
 * codes: `store_unavailable` (retryable), `database_corrupt`, `lease_lost`, `name_taken`, `not_found`, `cursor_invalid`,
 * `last_admin_token`, `not_forgotten`, `other_installation`, and `store_conflict` where an id is used twice.
 */
export interface Store extends Required<ObjectStore> {
  /** Waits for what runs; later calls fail with `store_unavailable`. Twice is fine. */
  close(): Promise<void>
  /** Made on first use. */
  installation(): Promise<Installation>
  /** Keeps the value by which the secret key is known again; the first one stays. Answers with the one that is kept. */
  keyCheck(value: string): Promise<string>

  /** The first one stays. */
  putArtifact(artifact: Artifact): Promise<void>
  artifact(sha256: string): Promise<Artifact | undefined>

  createRelease(release: Release): Promise<void>
  release(id: string): Promise<Release | undefined>
  /**
   * The newest one that has a stack for the platform, with that id where one is given, or the newest of all. Newest =
   * stored last; drafts never are.
   */
  latestRelease(platform?: string, stackId?: string | null): Promise<Release | undefined>
  /**
   * Newest first, drafts only when asked for. A cursor shows neither a release twice nor misses one that was there when
   * the list was begun.
   */
  releases(options: { limit: number; cursor?: string; drafts?: boolean }): Promise<Page<Release>>
  /** Drops drafts that were made before `before` and that no deployment names; returns how many. */
  pruneDrafts(before: number): Promise<number>

  /**
   * Inserts and, unless `hold`, wishes for a run and publishes a draft that `desiredReleaseId` names, in one transaction.
   * Throws `name_taken` (context.id: the holder).
   */
  createDeployment(deployment: NewDeployment, now: number): Promise<Deployment>
  deployment(id: string): Promise<Deployment | undefined>
  /** Not deleted ones only. */
  deploymentByName(name: string): Promise<Deployment | undefined>
  /** Newest first, in pages as those of `releases`; deleted ones only when asked for by status. */
  deployments(options: {
    limit: number
    cursor?: string
    id?: string
    name?: string
    platform?: string
    status?: DeploymentStatus
  }): Promise<Page<Deployment>>
  /**
   * What a person or the API changes: raises `generation` and wishes for a run now, in one transaction. A draft that
   * `publishes` or `desiredReleaseId` names is published with it: others who follow it get a new generation and a run
   * too. Throws `not_found`, also once it is forgotten.
   */
  change(id: string, change: DeploymentChange, now: number): Promise<Deployment>
  /** What a run changes: no new generation, refused with `lease_lost` once the lease was taken over. */
  report(lease: Lease, report: DeploymentReport, now: number): Promise<Deployment>
  /**
   * Deployments that follow the newest release of a stack on a platform (`desiredReleaseId` null, not held, not
   * deleting), and those without a stack yet, get a new generation and a run.
   */
  wishFollowers(platform: string, stackId: string | null, now: number): Promise<number>

  /** `due_at` becomes the earlier of the old and the new; a wish during a run causes exactly one more. Throws `not_found`. */
  wish(deployment: string, dueAt: number): Promise<void>
  /** The deployment that is most overdue and that nobody holds, leased to `holder`; nothing when none is due. Takes over expired leases with a higher epoch. */
  claim(holder: string, now: number, leaseFor: number): Promise<Claim | undefined>
  /** Ends a run: gives the lease back; due again at `dueAt` (null: only when wished), or earlier where a wish that came meanwhile says so. Throws `lease_lost`. */
  finish(claim: Claim, dueAt: number | null): Promise<void>
  /**
   * Ends every lease, whoever holds it and however long it would last, with a new epoch, and makes what they held due
   * now. Only for the one process that works on the store. Returns how many.
   */
  endLeases(now: number): Promise<number>
  /** When the next claim can succeed: the earliest time that a deployment is due or that a lease ends. Nothing: only after a wish. */
  nextDue(): Promise<number | undefined>
  /** Calls back after a commit that made something due earlier; in-process only, a floor of polling stays. Returns the unsubscribe. */
  onWish(listener: () => void): () => void

  /** Replaces all endpoints of a deployment. Throws `lease_lost`. */
  saveEndpoints(lease: Lease, endpoints: readonly EndpointRow[]): Promise<void>
  /** In declared order. */
  endpoints(deployment: string): Promise<EndpointRow[]>

  /** Oldest first, after `after`. */
  events(deployment: string, options: { after?: number; limit: number }): Promise<StoredEvent[]>
  /** Drops events older than `before`; returns how many. */
  pruneEvents(before: number): Promise<number>

  /** Rate limits that all who use the database share; for `createLimiterOver`. Their time is the database's, where it has a clock. */
  readonly buckets: Buckets
  /** Drops buckets that nobody has used and that held nobody up since `before`; returns how many. */
  pruneBuckets(before: number): Promise<number>
  /** Drops keys whose time is over at `now`; returns how many. */
  pruneKeys(now: number): Promise<number>

  /** Inserted or overwritten by `id`. */
  putToken(token: TokenRow): Promise<void>
  /** Revoked ones too: look at `revokedAt`. */
  tokenByHash(hash: string): Promise<TokenRow | undefined>
  /** Newest first, revoked ones too. */
  tokens(): Promise<TokenRow[]>
  /**
   * As it is then; one that was revoked before keeps its time. Nothing when there is none. Throws `last_admin_token`
   * where no other admin's would be left, of two revocations at once too.
   */
  revokeToken(id: string, now: number): Promise<TokenRow | undefined>

  /** Replaces the one before. Throws `not_found`. */
  savePlan(deployment: string, plan: Json, now: number): Promise<void>
  plan(deployment: string): Promise<{ plan: Json; createdAt: number } | undefined>

  /**
   * Objects that these deployments still have, in their order. A deleted one has some as long as its queue entry lives:
   * they go slowly, and its name is free meanwhile.
   */
  cleanup(deployments: readonly string[]): Promise<Leftover[]>
  /**
   * Removes the queue entry, choices and plan of a deleted deployment of which nothing is left; its row and events stay.
   * Ends the run: there is nothing to `finish`. Throws `lease_lost`.
   */
  finishDeletion(lease: Lease): Promise<void>
  /**
   * Drops objects, endpoints and plan of a deleted deployment, and what is wished of it. Kept is what `adopt` needs:
   * choices, and in place of the objects by which marks they are found. Ends the run. Throws `lease_lost`.
   */
  forget(lease: Lease, now: number): Promise<void>
  /**
   * A deployment that was forgotten begins again, `pending`, with its id, prefix and settings, and wishes for a run unless
   * `hold`. Throws `not_forgotten`, `other_installation` where no deployment ever had that id, and `name_taken`.
   */
  adopt(id: string, adoption: Adoption, now: number): Promise<Deployment>
}
