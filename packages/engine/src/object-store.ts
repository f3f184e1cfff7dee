import type { ObjectRow } from "./row.ts"

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
  /** created updated deleted settled waiting parked adopted replaced mark_restored refused … */
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
}

/** What the engine needs to remember; packages/store implements it. */
export interface ObjectStore {
  rows(deployment: string): Promise<ObjectRow[]>
  /** Choices that have no natural key (a shard, a rule's priority, a port), made once. */
  choices(deployment: string): Promise<Record<string, string>>
  /** Throws `lease_lost` when the lease's epoch is no longer the current one; nothing is written then. */
  save(lease: Lease, changes: ObjectChanges): Promise<void>
  /** Extends the lease. Throws `lease_lost`. */
  renew(lease: Lease, until: number): Promise<Lease>
}
