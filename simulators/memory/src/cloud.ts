import { problem, sha256Hex } from "@alienplatform/core"
import type { Code } from "@alienplatform/core/codes"
import type { Clock, Owner } from "@alienplatform/engine"

/** An object of the simulated cloud. */
export interface CloudObject {
  id: string
  kind: string
  /** Name of the object, where its kind has names. */
  name: string
  props: Record<string, unknown>
  owner: Owner | undefined
  version: number
  /** Time before which reads do not find the object, ms. */
  visibleAt: number
  /** Time until which the object is `changing`, ms. */
  readyAt: number
  /** Time at which the object is gone, ms; set while it is being deleted. */
  goneAt: number | undefined
  broken?: string
}

export interface CloudOperation {
  id: string
  doneAt: number
  effect?: () => void
  failure?: Code
}

/** Acts on requests on their way. An error thrown in `before` means that the request never arrived. */
export interface Interference {
  before?(call: CloudCall): void | Promise<void>
  /** Called after the request took effect; an error loses the answer. */
  after?(call: CloudCall): void | Promise<void>
}

export interface CloudCall {
  verb: "read" | "create" | "update" | "delete" | "poll"
  kind: string
  /** Number of the call in this cloud, from 1. */
  number: number
  /** Makes the request arrive `ms` later; its caller is gone by then. */
  landLater(ms: number): void
}

/** State that all clients of one cloud share. */
interface State {
  objects: ObjectIndex
  operations: Map<string, CloudOperation>
  /** Ids of operations whose effect is still to come. */
  pending: Set<string>
  /** Ids of objects that are being deleted. */
  leaving: Set<string>
  serial: number
  calls: number
  /** Number of mutating calls that arrived. */
  mutations: number
}

/** Objects by id, indexed by kind and mark, so that a request costs the same in a large cloud. */
export class ObjectIndex extends Map<string, CloudObject> {
  #kinds: Map<string, Map<string, CloudObject>> | undefined
  /** Objects by the node that their mark names; whether the mark is still theirs is checked in the object. */
  #marks: Map<string, Set<CloudObject>> | undefined

  /** Objects of a kind that carry exactly this mark. */
  withMark(kind: string, owner: Owner): CloudObject[] {
    const mark = JSON.stringify(owner)
    const candidates = this.#marks?.get(`${kind} ${owner.node}`) ?? []
    return [...candidates].filter((object) => JSON.stringify(object.owner) === mark)
  }

  mark(object: CloudObject, owner: Owner): void {
    object.owner = owner
    this.#marks ??= new Map()
    const key = `${object.kind} ${owner.node}`
    this.#marks.set(key, (this.#marks.get(key) ?? new Set()).add(object))
  }

  ofKind(kind: string): CloudObject[] {
    return [...(this.#kinds?.get(kind)?.values() ?? [])]
  }

  override set(id: string, object: CloudObject): this {
    this.delete(id)
    // Not a field's initial value: the base class calls this before there are fields.
    this.#kinds ??= new Map()
    const found = this.#kinds.get(object.kind) ?? new Map<string, CloudObject>()
    this.#kinds.set(object.kind, found.set(id, object))
    if (object.owner) this.mark(object, object.owner)
    return super.set(id, object)
  }

  override delete(id: string): boolean {
    const object = this.get(id)
    if (object) {
      this.#kinds?.get(object.kind)?.delete(id)
      if (object.owner) this.#marks?.get(`${object.kind} ${object.owner.node}`)?.delete(object)
    }
    return super.delete(id)
  }
}

/** A cloud in memory with the pitfalls of real ones, as one client sees it. It knows nothing of rows or decisions. */
export class MemoryCloud {
  readonly clock: Clock
  readonly #state: State
  readonly #interference: Interference

  constructor(clock: Clock, state?: State, interference: Interference = {}) {
    this.clock = clock
    this.#state = state ?? {
      objects: new ObjectIndex(),
      operations: new Map(),
      pending: new Set(),
      leaving: new Set(),
      serial: 0,
      calls: 0,
      mutations: 0,
    }
    this.#interference = interference
  }

  /** Another client of the same cloud, with its own interference. */
  connect(interference: Interference): MemoryCloud {
    return new MemoryCloud(this.clock, this.#state, interference)
  }

  /** A copy of the cloud in its present state, with another clock. */
  copy(clock: Clock): MemoryCloud {
    const { objects, ...rest } = this.#state
    const copied = new ObjectIndex()
    for (const [id, object] of objects) copied.set(id, structuredClone(object))
    return new MemoryCloud(clock, { ...structuredClone(rest), objects: copied })
  }

  get objects(): ObjectIndex {
    return this.#state.objects
  }

  get operations(): Map<string, CloudOperation> {
    return this.#state.operations
  }

  get calls(): number {
    return this.#state.calls
  }

  get mutations(): number {
    return this.#state.mutations
  }

  /** Makes a request: one round trip, then the effect, then the answer. */
  async request<T>(verb: CloudCall["verb"], kind: string, effect: () => T): Promise<T> {
    const state = this.#state
    state.calls += 1
    const landLater = (ms: number) => {
      void this.clock.until(this.clock.now() + ms).then(() => {
        state.mutations += 1
        this.#settle()
        arrive(effect)
      })
    }
    const call: CloudCall = { verb, kind, number: state.calls, landLater }
    await this.#interference.before?.(call)
    await this.clock.until(this.clock.now() + 20)
    if (verb !== "read" && verb !== "poll") state.mutations += 1
    this.#settle()
    const answer = effect()
    await this.#interference.after?.(call)
    return answer
  }

  nextId(kind: string): string {
    this.#state.serial += 1
    return `${kind}-${sha256Hex(`${kind}${this.#state.serial}`).slice(0, 8)}`
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

  /** The existing object, whether reads show it already or not. */
  existing(id: string): CloudObject | undefined {
    this.#settle()
    return this.objects.get(id)
  }

  ofKind(kind: string): CloudObject[] {
    this.#settle()
    return this.objects.ofKind(kind)
  }

  /** Starts an asynchronous operation that takes `takes` ms; its effect comes at its end. */
  startOperation(takes: number, end: { effect?: () => void; failure?: Code }): string {
    const id = this.nextId("op")
    this.operations.set(id, { id, doneAt: this.clock.now() + takes, ...end })
    if (end.effect) this.#state.pending.add(id)
    return id
  }

  /** Deletes the object at that time, ms; until then it is being deleted. */
  deleteAt(object: CloudObject, at: number): void {
    object.goneAt = at
    this.#state.leaving.add(object.id)
  }

  #settle(): void {
    const now = this.clock.now()
    const { pending, leaving } = this.#state
    for (const id of pending) {
      const operation = this.operations.get(id)
      if (operation && operation.doneAt > now) continue
      pending.delete(id)
      const effect = operation?.effect
      delete operation?.effect
      effect?.()
    }
    for (const id of leaving) {
      const object = this.objects.get(id)
      if (object?.goneAt !== undefined && object.goneAt > now) continue
      leaving.delete(id)
      if (object?.goneAt !== undefined) this.objects.delete(id)
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

/** An error with outcome `refused`. */
export const refusal = (code: Code, message: string, options: { retryable?: boolean; part?: string } = {}) =>
  problem(code, { message, outcome: "refused", ...options })
