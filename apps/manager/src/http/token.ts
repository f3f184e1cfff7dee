import { randomBytes } from "node:crypto"
import { newId, sha256Hex } from "@alienplatform/core"
import type { Store, TokenRow } from "@alienplatform/store"

/** Tells people and secret scanners what it is. */
const ADMIN_PREFIX = "alien_admin_"

/** What of a token is stored and looked up: the token itself is known to its holder only. */
export const tokenHash = (token: string): string => sha256Hex(token)

/** Makes the first admin token, or nothing where there was one ever. Shown once: only its hash is stored. */
export async function ensureAdminToken(store: Store, now: number): Promise<string | undefined> {
  const tokens = await store.tokens()
  if (tokens.some(({ role }) => role === "admin")) return undefined
  const token = ADMIN_PREFIX + randomBytes(32).toString("base64url")
  await store.putToken({
    id: newId("tok"),
    hash: tokenHash(token),
    role: "admin",
    deployment: null,
    description: "made on first start",
    createdAt: now,
    revokedAt: null,
  })
  return token
}

/**
 * The token of an `Authorization: Bearer` header, or nothing. It is found by the hash of what was sent, so how
 * long that takes says nothing about any stored token.
 */
export async function tokenOf(store: Store, header: string | undefined): Promise<TokenRow | undefined> {
  const sent = header?.match(/^Bearer +([\x21-\x7e]{1,512})$/i)?.[1]
  if (sent === undefined) return undefined
  const row = await store.tokenByHash(tokenHash(sent))
  return row && row.revokedAt === null ? row : undefined
}
