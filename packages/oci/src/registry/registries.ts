import type { Agent } from "undici"
import type { Reference } from "../reference/reference.ts"
import { type Clock, systemClock } from "./clock.ts"
import { Connection } from "./connection.ts"
import type { CredentialSource } from "./credentials.ts"
import { httpAgent } from "./http.ts"
import { Repository } from "./repository.ts"

export interface RegistriesOptions {
  /** Default: none. `dockerCredentials` reads Docker's configuration. */
  credentials?: CredentialSource
  /** Certificates (PEM) that are trusted beside those that Node trusts. */
  certificateAuthority?: string
  clock?: Clock
  /** Ends everything under way. */
  signal?: AbortSignal
}

/**
 * Every registry that is spoken with: connections and tokens are kept. Registries answer with https; one on this
 * machine may speak plain HTTP.
 */
export class Registries implements AsyncDisposable {
  readonly #options: RegistriesOptions
  readonly #agent: Agent
  readonly #connections = new Map<string, Connection>()

  constructor(options: RegistriesOptions = {}) {
    this.#options = options
    this.#agent = httpAgent(options.certificateAuthority)
  }

  repository({ registry, repository }: Pick<Reference, "registry" | "repository">): Repository {
    let connection = this.#connections.get(registry)
    if (!connection) {
      const { credentials = async () => undefined, clock = systemClock, signal } = this.#options
      connection = new Connection({ agent: this.#agent, registry, credentials, clock, signal })
      this.#connections.set(registry, connection)
    }
    return new Repository(connection, repository)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy()
  }
}
