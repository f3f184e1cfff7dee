import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { SecureContext } from "node:tls"
import { HostCertificate } from "@alienplatform/provider-local/gateway-table"
import { TokenBucket } from "../token-bucket.ts"
import { type Certificate, certificateOf, loadCertificate } from "./certificate.ts"
import type { IssueCertificate } from "./issue-command.ts"
import { isLocalName } from "./local-name.ts"

export interface UnservedNamesOptions {
  /** Holds `certificates/`. */
  directory: string
  /** Absent: only names that a deployment has are known. */
  issue?: IssueCertificate | undefined
  /** ms, from any start. */
  now: () => number
}

interface Unserved {
  certificate: Certificate
  /** A deployment has the name, and will serve it or failed to. */
  awaited: boolean
}

/** Kept at once, the longest unused go first. */
const MAX_NAMES = 128
/** Asked for and not issued yet. */
const MAX_WAITING = 8
/** Certificates issued at once, then one every two seconds: each costs some 0.3 s of a core. */
const BURST = 10
const PER_SECOND = 0.5
/** ms before its end that a certificate is not used any more. */
const RENEW_BEFORE = 3_600_000

/**
 * Certificates of names under `localhost` that no route has, so that their visitors get to read a page and no TLS alert.
 * That of a deployment which serves nothing yet lies beside the table; any other is issued once it is asked for. Whoever
 * asks for many gets alerts.
 */
export class UnservedNames {
  readonly #options: UnservedNamesOptions
  readonly #bucket: TokenBucket
  readonly #names = new Map<string, Unserved>()
  readonly #waiting = new Map<string, Promise<void>>()
  readonly #stopped = new AbortController()
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: UnservedNamesOptions) {
    this.#options = options
    this.#bucket = new TokenBucket({ burst: BURST, perSecond: PER_SECOND, now: options.now })
  }

  /** Of a name that was prepared. */
  secureContext(servername: string): SecureContext | undefined {
    return this.#names.get(servername.toLowerCase())?.certificate.context
  }

  isAwaited(host: string): boolean {
    return this.#names.get(host)?.awaited ?? false
  }

  /** False: the name is not under `localhost`, or there is no certificate to be had for it now. */
  async prepare(servername: string): Promise<boolean> {
    const host = servername.toLowerCase()
    if (!isLocalName(host)) return false
    const awaited = await this.#awaited(host)
    if (awaited !== undefined) this.#keep(host, { certificate: awaited, awaited: true })
    else await this.#issued(host)
    return this.#names.has(host)
  }

  close(): void {
    this.#stopped.abort()
  }

  /** Read anew for every connection: the deployment may be gone by now, or have come. */
  async #awaited(host: string): Promise<Certificate | undefined> {
    try {
      const directory = join("certificates", host)
      const text = await readFile(join(this.#options.directory, directory, "certificate.json"), "utf8")
      const { sha256 } = HostCertificate.parse(JSON.parse(text))
      const files = { chainFile: join(directory, `${sha256}.crt`), keyFile: join(directory, `${sha256}.key`), sha256 }
      return await loadCertificate(this.#options.directory, { host, certificate: files })
    } catch {
      return undefined
    }
  }

  async #issued(host: string): Promise<void> {
    const known = this.#names.get(host)
    if (known !== undefined && !known.awaited && !isDue(known.certificate)) {
      this.#keep(host, known)
      return
    }
    this.#names.delete(host)
    const waiting = this.#waiting.get(host)
    if (waiting) return waiting
    const { issue } = this.#options
    if (issue === undefined || this.#waiting.size >= MAX_WAITING || !this.#bucket.take()) return
    // One after another, so that requests that are served have cores left.
    const issued = this.#last.then(() => this.#issue(host, issue)).finally(() => this.#waiting.delete(host))
    this.#last = issued
    this.#waiting.set(host, issued)
    await issued
  }

  /** Nobody can be told why it failed, but by the alert. */
  async #issue(host: string, issue: IssueCertificate): Promise<void> {
    try {
      const { chain, key } = await issue(host, this.#stopped.signal)
      this.#keep(host, { certificate: certificateOf(chain, key), awaited: false })
    } catch {
      this.#names.delete(host)
    }
  }

  #keep(host: string, unserved: Unserved): void {
    this.#names.delete(host)
    this.#names.set(host, unserved)
    const [oldest] = this.#names.keys()
    if (this.#names.size > MAX_NAMES && oldest !== undefined) this.#names.delete(oldest)
  }
}

const isDue = ({ leaf }: Certificate): boolean => Date.now() >= leaf.validToDate.getTime() - RENEW_BEFORE
