import type { Agent } from "undici"
import { Authorization } from "./authorization.ts"
import type { CredentialSource } from "./credentials.ts"
import { failureOf } from "./failures.ts"
import { codeOfCause, type HttpAnswer, type HttpRequest, send } from "./http.ts"
import { type RetryOptions, retrying } from "./retry.ts"
import { isLoopback, secureUrl } from "./secure-url.ts"

/** A body that can be sent again. */
export interface RequestBody {
  /** In bytes. */
  size: number
  open(): Uint8Array | AsyncIterable<Uint8Array>
}

export interface RegistryRequest {
  method: HttpRequest["method"]
  /** A path of the registry, or a URL that it named. */
  url: string | URL
  /** What it is allowed to do: `repository:acme/api:pull`. */
  scopes: readonly string[]
  /** For messages: `pull acme/api`. */
  doing: string
  /** Statuses that are answers; any other one is thrown. */
  expect: readonly number[]
  headers?: Record<string, string>
  body?: RequestBody
}

export interface ConnectionOptions extends RetryOptions {
  agent: Agent
  /** Host and port, as references name it. */
  registry: string
  credentials: CredentialSource
}

const MAX_REDIRECTS = 5

/** Docker Hub answers at another host than the one that it is called by. */
const API_HOSTS: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" }

/** Requests to one registry: its address, who asks, patience and redirects. */
export class Connection {
  readonly registry: string
  readonly retry: RetryOptions
  readonly #agent: Agent
  readonly #authorization: Authorization
  #origin: Promise<URL> | undefined

  constructor(options: ConnectionOptions) {
    const { agent, registry, clock, signal } = options
    this.registry = registry
    this.retry = { clock, signal }
    this.#agent = agent
    this.#authorization = new Authorization(options)
  }

  /**
   * Sends a request, again while that may help.
   * @throws `registry_denied`, `registry_failed`, `registry_unreachable`, `registry_untrusted`, `registry_insecure`
   */
  request(request: RegistryRequest): Promise<HttpAnswer> {
    return retrying(() => this.attempt(request), this.retry)
  }

  /** Sends a request once. @throws as `request`, and TransientFailure */
  async attempt(request: RegistryRequest): Promise<HttpAnswer> {
    const { scopes, url, doing, expect } = request
    const origin = await this.#findOrigin()
    const target = secureUrl(String(url), origin, doing)
    for (let renewals = 0; ; renewals++) {
      // Credentials are this registry's; another host that it names gets none.
      const authorization = target.origin === origin.origin ? await this.#authorization.header(scopes) : undefined
      const answer = await this.#follow(request, target, authorization)
      if (expect.includes(answer.status)) return answer
      if (answer.status === 401 && renewals < 2 && answer.url.origin === origin.origin) {
        if (this.#authorization.refused(answer.header("www-authenticate"), scopes, authorization)) {
          await answer.body.dump()
          continue
        }
      }
      throw await failureOf(answer, doing, this.retry.clock.now())
    }
  }

  /** Follows redirects of reads: registries keep blobs at other hosts, whose URLs carry their own permission. */
  async #follow(request: RegistryRequest, target: URL, authorization: string | undefined): Promise<HttpAnswer> {
    const { method, body, headers = {}, doing } = request
    let url = target
    for (let redirects = 0; ; redirects++) {
      const answer = await send(this.#agent, {
        method,
        url,
        signal: this.retry.signal,
        headers: {
          ...headers,
          "user-agent": "alien",
          ...(body ? { "content-length": String(body.size) } : {}),
          ...(authorization !== undefined && url.origin === target.origin ? { authorization } : {}),
        },
        ...(body && body.size > 0 ? { body: body.open() } : {}),
      })
      const location = answer.header("location")
      const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined
      if (!isRedirect || (method !== "GET" && method !== "HEAD") || redirects === MAX_REDIRECTS) return answer
      await answer.body.dump()
      url = secureUrl(location, url, doing)
    }
  }

  #findOrigin(): Promise<URL> {
    this.#origin ??= this.#askOrigin().catch((error) => {
      this.#origin = undefined
      throw error
    })
    return this.#origin
  }

  /** Where the registry answers: https, except for one on this machine that speaks plain HTTP. */
  async #askOrigin(): Promise<URL> {
    const secure = new URL(`https://${API_HOSTS[this.registry] ?? this.registry}`)
    if (!isLoopback(secure.hostname)) return secure
    try {
      const answer = await send(this.#agent, {
        method: "GET",
        url: new URL("/v2/", secure),
        headers: {},
        signal: this.retry.signal,
      })
      await answer.body.dump()
    } catch (error) {
      // Only what is no TLS at all: a certificate that is not trusted stays refused.
      if (/^(?:EPROTO|ERR_SSL_)/.test(codeOfCause(error))) return new URL(`http://${secure.host}`)
      throw error
    }
    return secure
  }
}
