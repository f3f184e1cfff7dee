import { randomBytes } from "node:crypto"
import { newId } from "@alienplatform/core"
import type { Store, TokenRow } from "@alienplatform/store"
import { tokenHash } from "./stored-token.ts"

export interface Session {
  /** Good while this process runs. */
  token: string
  /** The store, which knows that token as well. */
  store: Store
}

/** An admin's token of one process. It is never stored, so nothing of it is left however the process ends. */
export function openSession(store: Store, now: number): Session {
  const token = `alien_admin_${randomBytes(32).toString("base64url")}`
  const row: TokenRow = {
    id: newId("tok"),
    hash: tokenHash(token),
    role: "admin",
    deployment: null,
    description: "of the process that runs the manager",
    createdAt: now,
    revokedAt: null,
  }
  return {
    token,
    store: { ...store, tokenByHash: async (hash) => (hash === row.hash ? row : store.tokenByHash(hash)) },
  }
}
