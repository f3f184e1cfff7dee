import type { Store } from "@alienplatform/store"
import { newToken } from "./stored-token.ts"

export interface Session {
  /** Good while this process runs. */
  token: string
  /** The store, which knows that token as well. */
  store: Store
}

/** An admin's token of one process. It is never stored, so nothing of it is left however the process ends. */
export function openSession(store: Store, installation: string, now: number): Session {
  const of = { role: "admin", deployment: null, description: "of the process that runs the manager" } as const
  const { row, secret } = newToken(of, installation, now)
  return {
    token: secret,
    store: { ...store, tokenByHash: async (hash) => (hash === row.hash ? row : store.tokenByHash(hash)) },
  }
}
