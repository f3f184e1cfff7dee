import { problem } from "@alienplatform/core"
import type { DeploymentContext, Platform } from "@alienplatform/engine"
import type { Deployment } from "@alienplatform/store"

/** A platform ready for use in this process. */
export interface OpenPlatform {
  // biome-ignore lint/suspicious/noExplicitAny: each platform's verbs know their own context.
  platform: Platform<any>
  /** Handed to every verb of its node types. */
  context: object
  /** Path, on this machine, of the authority that clients have to trust beside the system's. */
  certificateAuthorityFile?: string
  /** What its components may know of a deployment. */
  contextOf(deployment: Deployment): DeploymentContext
  /** Mistakes of a deployment's `target`; throws. Absent: the platform takes none. */
  checkTarget?(target: unknown): void
  /** Before every run: what the platform itself needs is up. May throw. */
  prepare?(): Promise<void>
  /** True where its workloads run on the manager's machine, and so reach its address on loopback. */
  onThisMachine?: boolean
  /** True where a reboot may lose objects: deployments are then looked at on every start of the manager. */
  losesObjectsOnReboot?: boolean
  /** `changed`: objects may be gone, or have something to tell, without anybody having asked. Returns what ends the watch. */
  watch?(changed: () => void): () => void
  /** After a deployment's last object was deleted: what the platform itself keeps of it goes. May throw. */
  removeLeftovers?(deployment: string): Promise<void>
  /** Once a day: what nothing runs from any more goes. May throw. */
  sweep?(): Promise<void>
  close(mode: CloseMode): Promise<void>
}

/** What becomes of what runs on this machine: it goes on; it stops where nothing is deployed; it stops, and comes back with the next start. */
export type CloseMode = "keep" | "stopIdle" | "stop"

/** Opens one platform; its cloud SDK is imported here and not before. */
export type PlatformOpener = () => Promise<OpenPlatform>

/** The platforms of one manager, each opened on first use and kept. */
export class Platforms {
  readonly #openers: Readonly<Record<string, PlatformOpener>>
  readonly #open = new Map<string, Promise<OpenPlatform>>()
  readonly #opened = new Map<string, OpenPlatform>()
  readonly #watches = new Set<(name: string, open: OpenPlatform) => void>()

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
    opening.then(
      (open) => {
        this.#opened.set(name, open)
        for (const begin of this.#watches) begin(name, open)
      },
      () => this.#open.delete(name),
    )
    return opening
  }

  /** Watches every platform that is open, and each that will be. Returns what ends that. */
  watch(changed: (name: string) => void): () => void {
    const stops: (() => void)[] = []
    const begin = (name: string, open: OpenPlatform) => {
      const stop = open.watch?.(() => changed(name))
      if (stop) stops.push(stop)
    }
    this.#watches.add(begin)
    for (const [name, open] of this.#opened) begin(name, open)
    return () => {
      this.#watches.delete(begin)
      for (const stop of stops) stop()
    }
  }

  /** Sweeps those that are open. */
  async sweep(): Promise<void> {
    for (const open of this.#opened.values()) await open.sweep?.()
  }

  unsupported(name: string) {
    return problem("platform_not_supported", {
      message: `this manager does not deploy to ${name}; it deploys to ${this.names.join(", ")}`,
      context: { platform: name },
    })
  }

  /** Closes those that are open; `failed` hears of each that could not. */
  async close(mode: CloseMode = "keep", failed: (name: string, error: unknown) => void = () => {}): Promise<void> {
    const open = [...this.#open]
    this.#open.clear()
    this.#opened.clear()
    const closings = open.map(async ([name, opening]) => {
      const platform = await opening.catch(() => undefined)
      await platform?.close(mode).catch((error: unknown) => failed(name, error))
    })
    await Promise.all(closings)
  }
}
