import type { Clock } from "@alienplatform/engine"
import { afterEach, beforeEach } from "vitest"
import type { Claim, Store } from "../store.ts"

/** An empty store to test. */
export interface OpenedStore {
  store: Store
  /** Closes the store and opens its data again; absent where data do not outlive the store. */
  reopen?: () => Promise<Store>
  /** Closes whichever store is open now, and removes the data. */
  close(): Promise<void>
}

/** `clock`: for databases that have none of their own. */
export type OpenStore = (clock: Clock) => Promise<OpenedStore>

/** Stands still unless it is set, ms since the epoch. */
export class SetClock implements Clock {
  time = 1_000_000_000

  now(): number {
    return this.time
  }

  async until(): Promise<void> {}
}

export interface Fixture {
  readonly store: Store
  readonly clock: SetClock
  readonly reopen: (() => Promise<Store>) | undefined
  /** Claims the one deployment that is due. */
  claim(now?: number, holder?: string, leaseMs?: number): Promise<Claim>
}

/** A store of its own for every test. */
export function everyTestOpens(open: OpenStore): Fixture {
  let opened: OpenedStore | undefined
  let clock = new SetClock()
  const current = (): OpenedStore => {
    if (!opened) throw new Error("the store is open inside a test only")
    return opened
  }
  beforeEach(async () => {
    clock = new SetClock()
    opened = await open(clock)
  })
  afterEach(async () => {
    await opened?.close()
    opened = undefined
  })
  return {
    get store() {
      return current().store
    },
    get clock() {
      return clock
    },
    get reopen() {
      return current().reopen
    },
    async claim(now = 1_000, holder = "manager-1", leaseMs = 30_000) {
      const claim = await current().store.claim(holder, now, leaseMs)
      if (!claim) throw new Error(`no deployment is due at ${now}`)
      return claim
    },
  }
}
