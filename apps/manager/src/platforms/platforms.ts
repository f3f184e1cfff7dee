import { problem } from "@alienplatform/core"
import type { DeploymentContext, Limiter, Platform } from "@alienplatform/engine"
import type { Deployment } from "@alienplatform/store"

/** A platform ready for use in this process. */
export interface OpenPlatform {
  // biome-ignore lint/suspicious/noExplicitAny: each platform's verbs know their own context.
  platform: Platform<any>
  /** Handed to every verb of its node types. */
  context: object
  /** Of all runs of this process: clouds limit calls per account. */
  limiter: Limiter
  /** Of the authority that clients have to trust beside the system's; on this machine. */
  certificateAuthorityFile?: string
  /** What its components may know of a deployment. */
  contextOf(deployment: Deployment): DeploymentContext
  /** Mistakes of a deployment's `target`; throws. Absent: the platform takes none. */
  checkTarget?(target: unknown): void
  /** Before every run: what the platform itself needs is up. May throw. */
  prepare?(): Promise<void>
  /** Its deployments are looked at on every start of the manager, due or not. */
  losesObjectsOnReboot?: boolean
  /** After a deployment's last object was deleted: what the platform itself keeps of it goes. May throw. */
  removeLeftovers?(deployment: string): Promise<void>
  close(): Promise<void>
}

/** Opens one platform; its cloud SDK is imported here and not before. */
export type PlatformOpener = () => Promise<OpenPlatform>

/** The platforms of one manager, each opened on first use and kept. */
export class Platforms {
  readonly #openers: Readonly<Record<string, PlatformOpener>>
  readonly #open = new Map<string, Promise<OpenPlatform>>()

  constructor(openers: Readonly<Record<string, PlatformOpener>>) {
    this.#openers = openers
  }

  get names(): string[] {
    return Object.keys(this.#openers)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#openers, name)
  }

  /** Throws `platform_not_supported`. A platform that failed to open is tried again next time. */
  get(name: string): Promise<OpenPlatform> {
    const known = this.#open.get(name)
    if (known) return known
    const opener = this.has(name) ? this.#openers[name] : undefined
    if (!opener) return Promise.reject(this.unsupported(name))
    const opening = opener()
    this.#open.set(name, opening)
    opening.catch(() => this.#open.delete(name))
    return opening
  }

  unsupported(name: string) {
    return problem("platform_not_supported", {
      message: `this manager does not deploy to ${name}; it deploys to ${this.names.join(", ")}`,
      context: { platform: name },
    })
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map(async (opening) => (await opening).close()))
    this.#open.clear()
  }
}
