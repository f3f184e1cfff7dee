import type { ObjectRow } from "./row.ts"
import type { StoredRow } from "./upgrade.ts"

/** The right to write for one deployment until somebody else takes it over. */
export interface Lease {
  deployment: string
  /** Name of the process that holds the lease. */
  holder: string
  /** Number that grows with every takeover; a write with an older one is refused. */
  epoch: number
  /** End of the lease unless it is renewed, ms since the epoch. */
  until: number
}

/** Something that happened to an object or a node, kept for people to read. Never holds a secret. */
export interface EngineEvent {
  at: number
  node: string
  object?: string
  /**
   * What happened: create update delete settled changing waiting parked due doomed refused unknown deleted drifted …
   */
  event: string
  code?: string
  message?: string
}

/** Changes that are written together or not at all. */
export interface ObjectChanges {
  /** Rows to insert or overwrite, by `object`. */
  put?: readonly ObjectRow[]
  /** Keys (`object`) of rows to delete. */
  remove?: readonly string[]
  events?: readonly EngineEvent[]
  choices?: Readonly<Record<string, string>>
  /** Keys of choices to delete. */
  dropChoices?: readonly string[]
}

/** The storage that the engine needs; packages/store implements it. */
export interface ObjectStore {
  /** Rows of a deployment, as the version that wrote them stored them. */
  rows(deployment: string): Promise<StoredRow[]>
  /** Stored choices that have no natural key (a shard, a rule's priority, a port), by key. */
  choices(deployment: string): Promise<Record<string, string>>
  /** Throws `lease_lost` when the lease's epoch is no longer the current one; nothing is written then. */
  save(lease: Lease, changes: ObjectChanges): Promise<void>
  /** Extends the lease. Throws `lease_lost`. */
  renew(lease: Lease, until: number): Promise<Lease>
  /**
   * Takes a key that is shared by all deployments, until `until` or until it is released; `false` while somebody else
   * holds it. The holder may take it again.
   */
  takeKey?(key: string, holder: string, now: number, until: number): Promise<boolean>
  letKeyGo?(key: string, holder: string): Promise<void>
}
