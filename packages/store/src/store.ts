import type { DeleteAction, DeploymentStatus, EndpointReport, ErrorJson, StackSettings } from "@alienplatform/core"
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
  /** When it was put, or last asked for. */
  createdAt: number
}

export interface Release {
  id: string
  projectId: string
  /** Built stacks by platform; core parses them. */
  stack: Record<string, unknown>
  gitMetadata: GitMetadata | null
  /** What images of it are built on; null where none was named. */
  baseImage: BaseImage | null
  /** Made for a plan: never the newest, never followed, until a deployment that runs asks for it. */
  draft: boolean
  createdAt: number
  /** When it was removed because newer ones took its place: its stacks are null since then. */
  removedAt?: number
}

/** An image by its configured name, and the digest that this meant when the release was made. */
export interface BaseImage {
  reference: string
  digest: string
}

/** Where a release was built from. */
export interface GitMetadata {
  commitMessage?: string | null | undefined
  commitRef?: string | null | undefined
  commitSha?: string | null | undefined
}

/** Where a deployment lies and as whom it is reached, by platform. */
export type Target = Record<string, unknown>

/** A variable of a deployment; of a secret only what its sealer made of it. */
export type StoredVariable = {
  name: string
  /** Resource ids; absent = every resource. */
  targetResources?: string[] | null | undefined
} & ({ type: "plain"; value: string } | { type: "secret"; sealed: string })

export interface Deployment {
  id: string
  /** Unique among those not deleted. */
  name: string
  platform: string
  resourcePrefix: string
  /** `deleted` stays, whatever is reported or changed afterwards, until the deployment is adopted. */
  status: DeploymentStatus
  /** What is asked for; null follows the newest release of `stackId`. */
  desiredReleaseId: string | null
  /** The last release that was installed whole. */
  currentReleaseId: string | null
  /** The one that was before `currentReleaseId` became another; kept by the store. */
  previousReleaseId: string | null
  /** Id of the stack that was asked for last: a release of another one is none of its own. null until there is one. */
  stackId: string | null
  /** What the customer chooses. */
  stackSettings: StackSettings
  environmentVariables: StoredVariable[]
  target: Target | null
  /** Nothing runs until `deploy`. */
  hold: boolean
  /** What was refused for good is to be tried again; until a run has. */
  retryRequested: boolean
  /** Once deletion was asked for. */
  deleteAction: DeleteAction | null
  /** Hash of the body that created it: the same name with the same body is the same deployment. */
  createdWith: string
  /** 1 at first; grows with every change that a person, the API or a new release makes, not with a requested run alone. */
  generation: number
  /** The generation that the last complete run worked on. */
  observedGeneration: number
  error: ErrorJson | null
  /** Drift as the last run left it. */
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

/** A declared endpoint and what is known of it. */
export interface EndpointRow {
  resource: string
  endpoint: string
  /** Position in the stack, so that lists keep the declared order. */
  position: number
  report: EndpointReport
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

/** A deployment to work on, and the generation that was desired when it was claimed. */
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
  /** Closes the store after the calls under way; every later call fails with `store_unavailable`. May be repeated. */
  close(): Promise<void>
  /** The installation that all marks carry; it is made by the first call. */
  installation(): Promise<Installation>
  /** Keeps the value by which the secret key is recognised, unless one is kept already. Answers with the one that is kept. */
  keyCheck(value: string): Promise<string>

  /** Keeps an artifact, unless one with its hash is kept already. */
  putArtifact(artifact: Artifact): Promise<void>
  artifact(sha256: string): Promise<Artifact | undefined>

  createRelease(release: Release): Promise<void>
  release(id: string): Promise<Release | undefined>
  /**
   * The newest release that has a stack for the platform, with that stack's id where one is given; without a platform the
   * newest of all. Newest means stored last; drafts do not count.
   */
  latestRelease(platform?: string, stackId?: string | null): Promise<Release | undefined>
  /**
   * Releases, newest first, with drafts only when `drafts` is true. Going on by cursor neither shows a release twice nor
   * misses one that was there when the list was begun.
   */
  releases(options: { limit: number; cursor?: string; drafts?: boolean }): Promise<Page<Release>>
  /** Drops drafts of releases that were made before `before` and that no deployment names; returns how many. */
  pruneDrafts(before: number): Promise<number>
  /**
   * Removes the stacks of releases, except the newest `keep` of each stack and platform, drafts, and those that a
   * deployment has installed, had installed before, or asks for. They stay in the list. Answers with how many.
   */
  removeOldReleases(keep: number, now: number): Promise<number>
  /** Text of all stacks that are not removed, drafts included, one after the other. */
  releasedStacks(): AsyncIterable<string>
  /** Artifacts that were put or asked for before that time, by hash. */
  artifactsBefore(time: number): Promise<string[]>
  /** Somebody needs it now; undefined where it is unknown. */
  touchArtifact(sha256: string, now: number): Promise<Artifact | undefined>
  /** Forgets an artifact unless it was put or asked for since; tells whether it did. */
  forgetArtifact(sha256: string, before: number): Promise<boolean>

  /**
   * Inserts a deployment and, unless it is on `hold`, requests a run and publishes a draft that `desiredReleaseId` names, in
   * one transaction. Throws `name_taken` (context.id: the holder).
   */
  createDeployment(deployment: NewDeployment, now: number): Promise<Deployment>
  deployment(id: string): Promise<Deployment | undefined>
  /** The deployment of that name which is not deleted. */
  deploymentByName(name: string): Promise<Deployment | undefined>
  /** Deployments, newest first, in pages like those of `releases`; deleted ones only when `status` asks for them. */
  deployments(options: {
    limit: number
    cursor?: string
    id?: string
    name?: string
    platform?: string
    status?: DeploymentStatus
  }): Promise<Page<Deployment>>
  /**
   * Makes a change that a person or the API asks for: raises `generation` and requests a run now, in one transaction. A
   * draft that `publishes` or `desiredReleaseId` names is published with it, and deployments that follow it get a new
   * generation and a run too. Throws `not_found`, also for a forgotten deployment.
   */
  change(id: string, change: DeploymentChange, now: number): Promise<Deployment>
  /** Stores what a run found: `generation` stays. Throws `lease_lost` once the lease was taken over. */
  report(lease: Lease, report: DeploymentReport, now: number): Promise<Deployment>
  /**
   * Requests a run of every deployment that follows the newest release of a stack on a platform (`desiredReleaseId` null, not
   * held, not deleting) or has no stack yet, with a new generation. Returns how many.
   */
  requestFollowerRuns(platform: string, stackId: string | null, now: number): Promise<number>

  /**
   * Makes a deployment due at `dueAt`, unless it is due earlier. Any number of requests during a run cause exactly one more
   * run. Throws `not_found`.
   */
  requestRun(deployment: string, dueAt: number): Promise<void>
  /**
   * Leases the most overdue deployment that nobody holds to `holder`; undefined when none is due. Expired leases are taken
   * over with a higher epoch.
   */
  claim(holder: string, now: number, leaseMs: number): Promise<Claim | undefined>
  /**
   * Ends a run and gives its lease back. The deployment is due again at `dueAt` (null: only when a run is requested), or
   * earlier where a run was requested meanwhile. Throws `lease_lost`.
   */
  finish(claim: Claim, dueAt: number | null): Promise<void>
  /**
   * Ends every lease, whoever holds it and however long it would last, with a new epoch, and makes what they held due
   * now. Only for the one process that works on the store. Returns how many.
   */
  endLeases(now: number): Promise<number>
  /** When the next claim can succeed: the earliest time that a deployment is due or that a lease ends. Undefined: only once a run is requested. */
  nextDue(): Promise<number | undefined>
  /**
   * Calls back after every commit of this process that made a deployment due earlier; those of other processes are seen by
   * polling alone. Returns the unsubscribe.
   */
  onRunRequested(listener: () => void): () => void

  /** Replaces all endpoints of a deployment. Throws `lease_lost`. */
  saveEndpoints(lease: Lease, endpoints: readonly EndpointRow[]): Promise<void>
  /** The endpoints of a deployment, in declared order. */
  endpoints(deployment: string): Promise<EndpointRow[]>

  /** Events of a deployment with a sequence above `after`, oldest first. */
  events(deployment: string, options: { after?: number; limit: number }): Promise<StoredEvent[]>
  /** Drops events older than `before`; returns how many. */
  pruneEvents(before: number): Promise<number>

  /** Rate limits that all who use the database share; for `createLimiterOver`. Their time is the database's, where it has a clock. */
  readonly buckets: Buckets
  /** Drops buckets that nobody has used and that held nobody up since `before`; returns how many. */
  pruneBuckets(before: number): Promise<number>
  /** Drops keys whose time is over at `now`; returns how many. */
  pruneKeys(now: number): Promise<number>

  /** Inserts a token or overwrites the one with its `id`. */
  putToken(token: TokenRow): Promise<void>
  /** The token with that hash, revoked or not: look at `revokedAt`. */
  tokenByHash(hash: string): Promise<TokenRow | undefined>
  /** All tokens, newest first, revoked ones too. */
  tokens(): Promise<TokenRow[]>
  /**
   * Revokes a token and answers with it; one that was revoked before keeps its time. Undefined where there is no such token.
   * Throws `last_admin_token` where no other admin token would be left, for one of two revocations at once too.
   */
  revokeToken(id: string, now: number): Promise<TokenRow | undefined>

  /** Keeps a plan in place of the one before. Throws `not_found`. */
  savePlan(deployment: string, plan: object, now: number): Promise<void>
  plan(deployment: string): Promise<{ plan: unknown; createdAt: number } | undefined>

  /**
   * Objects that these deployments still have, ordered by deployment. A deleted deployment has some as long as its queue
   * entry lives: they go slowly, and its name is free meanwhile.
   */
  leftovers(deployments: readonly string[]): Promise<Leftover[]>
  /**
   * Removes the queue entry, choices and plan of a deleted deployment of which nothing is left; its row and events stay.
   * Ends the run: there is nothing to `finish`. Throws `lease_lost`.
   */
  finishDeletion(lease: Lease): Promise<void>
  /**
   * Drops objects, endpoints and plan of a deleted deployment, and any request for a run. Kept is what `adopt` needs:
   * choices, and in place of the objects by which marks they are found. Ends the run. Throws `lease_lost`.
   */
  forget(lease: Lease, now: number): Promise<void>
  /**
   * Takes a forgotten deployment back, `pending`, with its id, prefix and settings, and requests a run unless it is on
   * `hold`. Throws `not_forgotten`, `other_installation` where no deployment ever had that id, and `name_taken`.
   */
  adopt(id: string, adoption: Adoption, now: number): Promise<Deployment>
}
