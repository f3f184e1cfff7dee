import { randomBytes } from "node:crypto"
import { newId, sha256Hex } from "@alienplatform/core"
import type { Store, TokenRow } from "@alienplatform/store"

/** `alien_admin_` or `alien_customer_` and 32 random bytes in base64url: people and secret scanners see what it is. */
const FORM = /^alien_(?:admin|customer)_[\w-]{43}$/

/** Whether it can be a token that is stored; of anything else nothing needs to be looked up. */
export const looksStored = (token: string): boolean => FORM.test(token)

/** What of a token is stored and looked up: the token itself is known to its holder only. */
export const tokenHash = (token: string): string => sha256Hex(token)

export type TokenOf = Pick<TokenRow, "role" | "deployment" | "description">

/** Makes and stores a token; `secret` is the token itself, to be shown once. */
export async function createToken(store: Store, of: TokenOf, now: number): Promise<{ row: TokenRow; secret: string }> {
  const secret = `alien_${of.role}_${randomBytes(32).toString("base64url")}`
  const row: TokenRow = { ...of, id: newId("tok"), hash: tokenHash(secret), createdAt: now, revokedAt: null }
  await store.putToken(row)
  return { row, secret }
}

/** Makes the first admin token, or nothing where there was one ever. */
export async function ensureAdminToken(store: Store, now: number): Promise<string | undefined> {
  if ((await store.tokens()).some(({ role }) => role === "admin")) return undefined
  const of = { role: "admin", deployment: null, description: "made on first start" } as const
  return (await createToken(store, of, now)).secret
}
