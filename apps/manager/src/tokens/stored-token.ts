import { randomBytes } from "node:crypto"
import { newId, sha256Hex } from "@alienplatform/core"
import type { Store, TokenRow } from "@alienplatform/store"

/** `alien_admin_` or `alien_customer_` and 32 random bytes in base64url: people and secret scanners see what it is. */
const FORM = /^alien_(?:admin|customer)_[\w-]{43}$/

/** How every token of a role starts. */
export const tokenPrefix = (role: TokenRow["role"]): string => `alien_${role}_`

/** Whether it can be a token that is stored; of anything else nothing needs to be looked up. */
export const isStoredTokenForm = (token: string): boolean => FORM.test(token)

/** What of a token is stored and looked up: the token itself is known to its holder only. */
export const tokenHash = (token: string): string => sha256Hex(token)

export type TokenOf = Pick<TokenRow, "role" | "deployment" | "description">

interface NewToken {
  row: TokenRow
  /** The token itself, to be shown once. */
  secret: string
}

/** Makes and stores a token. */
export async function createToken(store: Store, of: TokenOf, now: number): Promise<NewToken> {
  const made = newToken(of, now)
  await store.putToken(made.row)
  return made
}

/**
 * Makes the first admin token, or nothing where there was one ever. `tell` is awaited before it is stored: a crash in
 * between leaves a token that is worthless, and the next start makes another, while one that was stored first could be
 * known to nobody.
 */
export async function ensureAdminToken(
  store: Store,
  now: number,
  tell: (secret: string) => Promise<void> | void = () => {},
): Promise<string | undefined> {
  if ((await store.tokens()).some(({ role }) => role === "admin")) return undefined
  const { row, secret } = newToken({ role: "admin", deployment: null, description: "made on first start" }, now)
  await tell(secret)
  await store.putToken(row)
  return secret
}

function newToken(of: TokenOf, now: number): NewToken {
  const secret = `${tokenPrefix(of.role)}${randomBytes(32).toString("base64url")}`
  return { row: { ...of, id: newId("tok"), hash: tokenHash(secret), createdAt: now, revokedAt: null }, secret }
}
