import type { Agent } from "undici"
import { type Challenge, parseChallenge } from "./challenge.ts"
import type { CredentialSource } from "./credentials.ts"
import { denied } from "./failures.ts"
import type { RetryOptions } from "./retry.ts"
import { basicHeader, requestToken } from "./token.ts"

/** Tokens are renewed this long before they end: a request takes time. */
const EARLY_MS = 5_000

export interface AuthorizationOptions extends RetryOptions {
  agent: Agent
  registry: string
  credentials: CredentialSource
}

/**
 * The `Authorization` headers of one registry. Nothing is shown before the registry asks for it; tokens are kept per
 * set of scopes, and renewed when they end.
 */
export class Authorization {
  readonly #options: AuthorizationOptions
  readonly #tokens = new Map<string, Promise<{ token: string; expiresAt: number }>>()
  #challenge: Challenge | undefined

  constructor(options: AuthorizationOptions) {
    this.#options = options
  }

  /** The header for a request with these scopes; undefined while the registry has asked for none. */
  async header(scopes: readonly string[]): Promise<string | undefined> {
    const { registry, credentials, clock } = this.#options
    if (!this.#challenge) return undefined
    const own = await credentials(registry)
    if (own?.kind === "bearer") return `Bearer ${own.token}`
    if (this.#challenge.scheme === "basic") {
      if (own?.kind === "password") return basicHeader(own)
      throw denied(registry, "ask without a password", "there is none")
    }
    const key = scopes.join(" ")
    const kept = this.#tokens.get(key)
    if (kept) {
      const { token, expiresAt } = await kept
      if (expiresAt - EARLY_MS > clock.now()) return `Bearer ${token}`
    }
    const fresh = requestToken({ ...this.#options, challenge: this.#challenge, scopes, credentials: own })
    this.#tokens.set(key, fresh)
    fresh.catch(() => this.#tokens.delete(key))
    return `Bearer ${(await fresh).token}`
  }

  /**
   * Learns from a refusal. True when asking again may help: the registry asked for the first time, or a token was not
   * taken any more.
   * @param used the header that was refused
   */
  refused(challenge: string | undefined, scopes: readonly string[], used: string | undefined): boolean {
    const parsed = challenge === undefined ? undefined : parseChallenge(challenge)
    if (!parsed) return false
    this.#challenge = parsed
    this.#tokens.delete(scopes.join(" "))
    return used === undefined || parsed.scheme === "bearer"
  }
}
