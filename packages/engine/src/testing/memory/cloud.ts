import { problem, sha256Hex } from "@alienplatform/core"
import type { Clock } from "../../clock.ts"
import type { Owner } from "../../node-type.ts"

/** An object as the cloud keeps it. */
export interface CloudObject {
  id: string
  kind: string
  /** Where the kind has names. */
  name: string
  props: Record<string, unknown>
  owner: Owner | undefined
  version: number
  /** Reads do not find it before. */
  visibleAt: number
  /** `changing` before. */
  readyAt: number
  /** Being deleted; gone at that time. */
  goneAt: number | undefined
  broken?: string
}

export interface CloudOperation {
  id: string
  doneAt: number
  effect?: () => void
  failure?: string
}

/** What a request meets on its way. Anything thrown in `before` means that the request never arrived. */
export interface Interference {
  before?(call: CloudCall): void | Promise<void>
  /** The request took effect; throwing loses the answer. */
  after?(call: CloudCall): void | Promise<void>
}

export interface CloudCall {
  verb: "read" | "create" | "update" | "delete" | "poll"
  kind: string
  /** Counts all calls of this cloud, from 1. */
  number: number
  /** Makes the request arrive this much later, ms; the caller is gone by then. */
  landLater(ms: number): void
}

/** A cloud in memory with what bites in real ones: it knows nothing of the engine's rows or decisions. */
export class MemoryCloud {
  readonly clock: Clock
  readonly objects = new Map<string, CloudObject>()
  readonly operations = new Map<string, CloudOperation>()
  interference: Interference = {}
  /** Mutating calls that arrived, for the proofs that a second run makes none. */
  mutations = 0
  calls = 0
  #serial = 0

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Every request goes through here: one round trip, then the effect, then the answer. */
  async request<T>(verb: CloudCall["verb"], kind: string, effect: () => T): Promise<T> {
    this.calls += 1
    let delay: number | undefined
    const call: CloudCall = {
      verb,
      kind,
      number: this.calls,
      landLater: (ms) => {
        delay = ms
      },
    }
    try {
      await this.interference.before?.(call)
    } catch (error) {
      if (delay !== undefined) void this.clock.until(this.clock.now() + delay).then(() => arrive(effect))
      throw error
    }
    await this.clock.until(this.clock.now() + 20)
    if (verb !== "read" && verb !== "poll") this.mutations += 1
    this.#settle()
    const answer = effect()
    await this.interference.after?.(call)
    return answer
  }

  nextId(kind: string): string {
    this.#serial += 1
    return `${kind}-${sha256Hex(`${kind}${this.#serial}`).slice(0, 8)}`
  }

  insert(object: Partial<CloudObject> & Pick<CloudObject, "id" | "kind" | "props">): CloudObject {
    const now = this.clock.now()
    const full: CloudObject = {
      name: object.id,
      owner: undefined,
      version: 1,
      visibleAt: now,
      readyAt: now,
      goneAt: undefined,
      ...object,
    }
    this.objects.set(full.id, full)
    return full
  }

  /** What is there now, whether a read shows it already or not. */
  existing(id: string): CloudObject | undefined {
    this.#settle()
    return this.objects.get(id)
  }

  ofKind(kind: string): CloudObject[] {
    this.#settle()
    return [...this.objects.values()].filter((object) => object.kind === kind)
  }

  /** Starts something that ends later; its effect comes at its end. */
  operation(takes: number, end: { effect?: () => void; failure?: string }): string {
    const id = this.nextId("op")
    this.operations.set(id, { id, doneAt: this.clock.now() + takes, ...end })
    return id
  }

  #settle(): void {
    const now = this.clock.now()
    for (const operation of this.operations.values()) {
      if (operation.doneAt > now || !operation.effect) continue
      const { effect } = operation
      delete operation.effect
      effect()
    }
    for (const object of this.objects.values()) {
      if (object.goneAt !== undefined && object.goneAt <= now) this.objects.delete(object.id)
    }
  }
}

function arrive(effect: () => unknown): void {
  try {
    effect()
  } catch {
    // Nobody waits for this answer any more.
  }
}

/** A refusal, as every cloud words it in its own way. */
export const refuse = (code: string, message: string, options: { retryable?: boolean; part?: string } = {}) =>
  problem(code, { message, outcome: "refused", ...options })
