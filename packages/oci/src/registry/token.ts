import type { Agent } from "undici"
import { z } from "zod"
import { parseDocument } from "../documents/document.ts"
import type { Challenge } from "./challenge.ts"
import type { Credentials } from "./credentials.ts"
import { denied, failureOf } from "./failures.ts"
import { readLimited, send } from "./http.ts"
import { type RetryOptions, retrying } from "./retry.ts"
import { secureUrl } from "./secure-url.ts"

const Token = z.object({
  token: z.string().min(1).optional(),
  access_token: z.string().min(1).optional(),
  expires_in: z.number().min(0).optional(),
})

/** Used where the answer does not say; the specification's own. */
const DEFAULT_LIFETIME_S = 60
const MAX_TOKEN_BYTES = 256 * 1024
const CLIENT = "alien"

export interface TokenRequest extends RetryOptions {
  agent: Agent
  registry: string
  challenge: Extract<Challenge, { scheme: "bearer" }>
  scopes: readonly string[]
  credentials: Credentials | undefined
}

/**
 * Gets a bearer token, without credentials where there are none. An identity token is exchanged by POST, a password
 * is shown by GET.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 * @throws `registry_denied`, `registry_failed`, `registry_insecure`, `registry_unreachable`
 */
export function requestToken(order: TokenRequest): Promise<{ token: string; expiresAt: number }> {
  const { agent, registry, challenge, scopes, credentials, clock, signal } = order
  const realm = secureUrl(challenge.realm, undefined, `tokens of ${registry}`)
  return retrying(async () => {
    const answer = await send(agent, { ...requestOf(realm, challenge.service, scopes, credentials), signal })
    if (answer.status === 401 || answer.status === 403) {
      await answer.body.dump()
      throw denied(registry, `get a token for ${scopes.join(" ")}`, `${realm.host} answers ${answer.status}`)
    }
    if (answer.status !== 200) throw await failureOf(answer, `get a token for ${scopes.join(" ")}`, clock.now())
    const source = `the token that ${realm.host} gives`
    const { token, access_token, expires_in } = parseDocument(Token, await readLimited(answer, MAX_TOKEN_BYTES), source)
    const found = token ?? access_token
    if (!found) throw denied(registry, `get a token for ${scopes.join(" ")}`, `${realm.host} gives none`)
    return { token: found, expiresAt: clock.now() + (expires_in ?? DEFAULT_LIFETIME_S) * 1000 }
  }, order)
}

function requestOf(
  realm: URL,
  service: string | undefined,
  scopes: readonly string[],
  credentials: Credentials | undefined,
) {
  if (credentials?.kind === "identity") {
    const form = new URLSearchParams({
      grant_type: "refresh_token",
      client_id: CLIENT,
      refresh_token: credentials.token,
      scope: scopes.join(" "),
      ...(service === undefined ? {} : { service }),
    })
    const headers = { "content-type": "application/x-www-form-urlencoded" }
    return { method: "POST" as const, url: realm, headers, body: Buffer.from(form.toString()) }
  }
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set("service", service)
  for (const scope of scopes) url.searchParams.append("scope", scope)
  if (credentials?.kind !== "password") return { method: "GET" as const, url, headers: {} }
  return { method: "GET" as const, url, headers: { authorization: basicHeader(credentials) } }
}

/** @see https://www.rfc-editor.org/rfc/rfc7617 */
export const basicHeader = ({ username, password }: Extract<Credentials, { kind: "password" }>): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
