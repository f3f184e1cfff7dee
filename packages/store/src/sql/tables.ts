import type { DeleteAction, DeploymentStatus, EndpointReport, ErrorJson, StackSettings } from "@alienplatform/core"
import type { BucketState, NodeDrift, StoredRow } from "@alienplatform/engine"
import type { BaseImage, GitMetadata, StoredVariable, Target, TokenRow } from "../store.ts"
import type { JsonText } from "./json-text.ts"

/** Columns as the databases return them: JSON as text, times and counts as numbers, flags as 0 and 1. */
export interface Tables {
  installation: InstallationTable
  counters: CountersTable
  artifacts: ArtifactsTable
  releases: ReleasesTable
  release_platforms: ReleasePlatformsTable
  deployments: DeploymentsTable
  queue: QueueTable
  objects: ObjectsTable
  choices: ChoicesTable
  endpoints: EndpointsTable
  events: EventsTable
  tokens: TokensTable
  plans: PlansTable
  leases: LeasesTable
  rate_limits: RateLimitsTable
}

/** Has one row. */
interface InstallationTable {
  /** Always 1. */
  singleton: number
  id: string
  created_at: number
  key_check: string | null
}

/** Order of insertion, in a way that every database has and that commits in order. */
interface CountersTable {
  name: "releases" | "deployments"
  value: number
}

interface ArtifactsTable {
  sha256: string
  size: number
  created_at: number
}

interface ReleasesTable {
  id: string
  sequence: number
  project_id: string
  stack: JsonText<Record<string, unknown>>
  git_metadata: JsonText<GitMetadata> | null
  base_image: JsonText<BaseImage> | null
  draft: number
  created_at: number
  removed_at: number | null
}

/** Platforms that a release has a stack for; the newest release of one is found by key. */
interface ReleasePlatformsTable {
  platform: string
  sequence: number
  release: string
  stack_id: string | null
}

export interface DeploymentsTable {
  id: string
  sequence: number
  name: string
  platform: string
  resource_prefix: string
  status: DeploymentStatus
  desired_release_id: string | null
  current_release_id: string | null
  previous_release_id: string | null
  stack_id: string | null
  stack_settings: JsonText<StackSettings>
  environment_variables: JsonText<StoredVariable[]>
  target: JsonText<Target | null>
  hold: number
  /** The generation that asked for a retry which no run has made yet. */
  retry_generation: number | null
  delete_action: DeleteAction | null
  created_with: string
  generation: number
  observed_generation: number
  error: JsonText<ErrorJson> | null
  /** null: none. */
  drift: JsonText<NodeDrift[]> | null
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** One row per deployment until nothing of it is left. */
interface QueueTable {
  deployment: string
  /** The earliest time for which a run was requested that no claim has taken yet. */
  due_at: number | null
  lease_owner: string | null
  lease_until: number | null
  /** Grows with every claim. */
  epoch: number
  /** When a claim can succeed: `due_at` while nobody holds it, `lease_until` while somebody does. */
  claimable_at: number | null
  /** Sequence of the newest event; here because every write of a run locks this row anyway. */
  last_event: number
  /** Set: it was forgotten, and is due for nothing until it is adopted; epochs and numbers of events go on then. */
  forgotten_at: number | null
}

/** The engine owns the shape of a row, so it is kept whole. */
interface ObjectsTable {
  deployment: string
  object: string
  body: JsonText<StoredRow>
}

interface ChoicesTable {
  deployment: string
  key: string
  value: string
}

interface EndpointsTable {
  deployment: string
  resource: string
  endpoint: string
  position: number
  body: JsonText<EndpointReport>
}

interface EventsTable {
  deployment: string
  sequence: number
  at: number
  node: string
  object: string | null
  event: string
  code: string | null
  message: string | null
}

interface TokensTable {
  id: string
  hash: string
  role: TokenRow["role"]
  deployment: string | null
  description: string
  created_at: number
  revoked_at: number | null
}

interface PlansTable {
  deployment: string
  /** The manager checks it when it reads it: plans of older versions are made again. */
  plan: JsonText<unknown>
  created_at: number
}

/** Keys that reach beyond a deployment. A key that is not here is free. */
interface LeasesTable {
  key: string
  holder: string
  /** The key is free again from then on. */
  until: number
}

/** Buckets of rate limits. One that is not here has rested. */
interface RateLimitsTable {
  bucket: string
  /** The engine owns the shape of a bucket, so it is kept whole; null while somebody asks for it first. */
  body: JsonText<BucketState> | null
  /** From then on it is as one that nobody has used yet. */
  used_until: number
}
