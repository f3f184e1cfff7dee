import { randomBytes } from "node:crypto"
import { tokenPrefix } from "@alienplatform/api"
import { newId, sha256Hex } from "@alienplatform/core"
import type { Store, TokenRow } from "@alienplatform/store"

/**
 * `alien_admin_` or `alien_customer_`, so that people and secret scanners see what it is, and 43 characters in base64url:
 * the installation's, so that clients see whose it is, and 152 random bits. Earlier versions had 256 random bits there.
 */
const FORM = /^alien_(?:admin|customer)_[\w-]{43}$/

/** How every token of a role starts. */
export const rolePrefix = (role: TokenRow["role"]): string => `alien_${role}_`

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
  const made = newToken(of, (await store.installation()).id, now)
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
  const of = { role: "admin", deployment: null, description: "made on first start" } as const
  const { row, secret } = newToken(of, (await store.installation()).id, now)
  await tell(secret)
  await store.putToken(row)
  return secret
}

/** Makes a token, and stores nothing. */
export function newToken(of: TokenOf, installation: string, now: number): NewToken {
  const secret = `${tokenPrefix(of.role, installation)}${randomBytes(19).toString("base64url")}`
  return { row: { ...of, id: newId("tok"), hash: tokenHash(secret), createdAt: now, revokedAt: null }, secret }
}
