import { dirname } from "node:path"
import { problem } from "@alienplatform/core"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import type { Clock } from "@alienplatform/engine"
import { removeScratchFolder } from "../scratch/scratch-folder.ts"
import { NO_CRASHES } from "./crash-history.ts"
import { choosePorts } from "./ports.ts"
import type { ProcessSpec, ProcessState } from "./protocol.ts"
import { type ProcessRecord, readRecords, writeRecord } from "./record.ts"
import { type ChooseAlone, Workload } from "./workload.ts"

export interface SupervisorOptions {
  /** `run` in the data directory: records and raw output; created with mode 0700. */
  directory: string
  clock: Clock
}

/** All workloads of one data directory. */
export class Supervisor {
  readonly #workloads = new Map<string, Workload>()
  readonly #directory: string
  readonly #clock: Clock
  /** Ports are chosen one after another, so that no two workloads get the same. */
  #turn: Promise<unknown> = Promise.resolve()
  #closing = false

  constructor({ directory, clock }: SupervisorOptions) {
    makeDirectorySync(directory, 0o700)
    this.#directory = directory
    this.#clock = clock
  }

  /** Takes over what still runs and starts the rest. Returns the names of records that cannot be read. */
  recover(): string[] {
    const { records, unreadable } = readRecords(this.#directory)
    for (const record of records) this.#start(record)
    return unreadable
  }

  list(): ProcessState[] {
    return [...this.#workloads.values()].map(({ state }) => state)
  }

  /** Throws `not_found`. */
  get(object: string): ProcessState {
    const workload = this.#workloads.get(object)
    if (!workload) throw problem("not_found", { message: `no process ${object} is supervised`, outcome: "refused" })
    return workload.state
  }

  /** Throws `conflict` while the same object is being stopped, `ports_exhausted`. */
  async put(spec: ProcessSpec): Promise<ProcessState> {
    await this.#alone(() => this.#put(spec))
    return this.get(spec.object)
  }

  /** Begins to stop it; it is listed until it is gone. Throws `not_found`. */
  remove(object: string): ProcessState {
    const before = this.get(object)
    const workload = this.#workloads.get(object)
    if (!workload || workload.stopping) return before
    this.#stop(object, workload)
    return workload.state
  }

  /** Stops every process; the next supervisor of this data directory starts them again. Takes no new ones. */
  async shutdown(): Promise<void> {
    this.#closing = true
    await this.#turn
    await Promise.all([...this.#workloads.values()].map((workload) => workload.stop({ removed: false })))
    this.#workloads.clear()
  }

  #alone(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #put(spec: ProcessSpec): Promise<void> {
    if (this.#closing) throw problem("unavailable", { message: "the supervisor is shutting down", outcome: "refused" })
    const known = this.#workloads.get(spec.object)
    if (known?.stopping)
      throw problem("conflict", {
        message: `process ${spec.object} is being stopped; put it again when it is gone`,
        outcome: "refused",
      })
    const ports = await choosePorts({ count: spec.ports.length, had: known?.ports ?? [], taken: this.#taken() })
    if (known) return known.change(spec, ports)
    const { incarnation } = spec.owner
    const empty = { restarts: 0, crashes: NO_CRASHES, lastExit: null, mark: null, pid: null, startTime: null }
    const record: ProcessRecord = { format: 1, spec, wanted: true, ports, incarnation, ...empty }
    writeRecord(this.#directory, record)
    this.#start(record)
  }

  #taken(): ReadonlySet<number> {
    return new Set([...this.#workloads.values()].flatMap(({ ports }) => ports))
  }

  #stop(object: string, workload: Workload): void {
    void workload
      .stop({ removed: true })
      .then(() => removeScratchFolder(dirname(this.#directory), object))
      .then(() => this.#workloads.delete(object))
  }

  #start(record: ProcessRecord): void {
    const chooseAlone: ChooseAlone = (choose) => this.#alone(() => choose(this.#taken()))
    const workload = new Workload({ directory: this.#directory, clock: this.#clock, record, chooseAlone })
    this.#workloads.set(record.spec.object, workload)
    if (!record.wanted) this.#stop(record.spec.object, workload)
  }
}
