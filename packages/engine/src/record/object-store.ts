import type { ObjectRow } from "./row.ts"
import type { StoredRow } from "./upgrade.ts"

/** The right to write for one deployment, until somebody takes it over. */
export interface Lease {
  deployment: string
  /** Names the process that holds it. */
  holder: string
  /** Grows with every takeover; a write with an older one is refused. */
  epoch: number
  /** When it ends unless it is renewed, ms since the epoch. */
  until: number
}

/** Something that happened to an object or a node, kept for people to read. Never holds a secret. */
export interface EngineEvent {
  at: number
  node: string
  object?: string
  /** create update delete settled changing waiting parked due doomed refused unknown deleted drifted … */
  event: string
  code?: string
  message?: string
}

/** All of it is written, or nothing. */
export interface ObjectChanges {
  /** Inserted or overwritten by `object`. */
  put?: readonly ObjectRow[]
  /** `object` keys. */
  remove?: readonly string[]
  events?: readonly EngineEvent[]
  choices?: Readonly<Record<string, string>>
  /** Keys of choices that are free again. */
  dropChoices?: readonly string[]
}

/** What the engine needs to remember; packages/store implements it. */
export interface ObjectStore {
  /** Rows as whatever version wrote them. */
  rows(deployment: string): Promise<StoredRow[]>
  /** Choices that have no natural key (a shard, a rule's priority, a port), made once. */
  choices(deployment: string): Promise<Record<string, string>>
  /** Throws `lease_lost` when the lease's epoch is no longer the current one; nothing is written then. */
  save(lease: Lease, changes: ObjectChanges): Promise<void>
  /** Extends the lease. Throws `lease_lost`. */
  renew(lease: Lease, until: number): Promise<Lease>
  /**
   * Takes a key that reaches beyond the deployment, until `until` or until it is let go; `false` while somebody else has
   * it. The holder may take it again.
   */
  takeKey?(key: string, holder: string, now: number, until: number): Promise<boolean>
  letKeyGo?(key: string, holder: string): Promise<void>
}
