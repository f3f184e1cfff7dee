import { join } from "node:path"
import { base32 } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import { type Child, type Exit, signalGroup, spawnChild, takeOver, terminate } from "./child.ts"
import { findByMark, startTimeOf } from "./identity.ts"
import { Output } from "./output.ts"
import { accepts } from "./ports.ts"
import type { ProcessSpec, ProcessState } from "./protocol.ts"
import { type ProcessRecord, removeRecord, writeRecord } from "./record.ts"

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 30_000
/** So long without an exit forgets earlier exits. */
const HEALTHY_MS = 60_000
/** A record that could not be written is tried again after this. */
const SAVE_AGAIN_MS = 5_000
const FIRST_PROBE_MS = 25
const SLOWEST_PROBE_MS = 1000

export interface WorkloadOptions {
  /** Directory of records and raw output. */
  directory: string
  clock: Clock
  record: ProcessRecord
}

/** How long to wait before the next start, ms, after `failures` exits in a row. */
export const backoff = (failures: number): number =>
  Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(failures, 16), LONGEST_BACKOFF_MS)

/** One program that is kept running: start, watch, wait, start again, until `stop`. */
export class Workload {
  readonly #clock: Clock
  readonly #directory: string
  readonly #output: Output
  #record: ProcessRecord
  #status: ProcessState["status"] = "starting"
  #child: Child | undefined
  #restartAt: number | null = null
  #startedAt: number | null = null
  #exit: ProcessState["exit"] = null
  #failures = 0
  #stopping: { removed: boolean } | undefined
  #replaced = false
  /** Ends the present wait: a stop, or another program to run. */
  #interrupt = new AbortController()
  readonly #over = new AbortController()
  /** The record on disk is older than ours. */
  #unsaved = false
  #ended: Promise<void>

  constructor({ directory, clock, record }: WorkloadOptions) {
    this.#clock = clock
    this.#directory = directory
    this.#record = record
    this.#output = new Output({
      base: join(directory, record.spec.object),
      logFile: record.spec.logFile,
      now: () => clock.now(),
    })
    this.#ended = this.#run().catch((error) => this.#output.note(`could not be ended cleanly: ${messageOf(error)}`))
  }

  get state(): ProcessState {
    const { spec, ports, restarts } = this.#record
    this.#output.read()
    return {
      object: spec.object,
      owner: spec.owner,
      fingerprint: spec.fingerprint,
      status: this.#status,
      pid: this.#child?.pid ?? null,
      ports,
      restarts,
      restartAt: this.#restartAt,
      startedAt: this.#startedAt,
      exit: this.#exit,
      lastLines: [...this.#output.lastLines],
    }
  }

  get ports(): readonly number[] {
    return this.#record.ports
  }

  get stopping(): boolean {
    return this.#stopping !== undefined
  }

  /**
   * Another fingerprint restarts the program at once; the same one takes the rest of the spec at the next start.
   * Throws, and changes nothing, when that cannot be written.
   */
  change(spec: ProcessSpec, ports: number[]): void {
    const other = spec.fingerprint !== this.#record.spec.fingerprint
    const record = { ...this.#record, spec, ports }
    writeRecord(this.#directory, record)
    this.#record = record
    if (!other) return
    this.#replaced = true
    this.#failures = 0
    this.#interrupt.abort()
  }

  /** Resolves when the program is gone. `removed`: for good, with its record; otherwise a later supervisor starts it again. */
  async stop({ removed }: { removed: boolean }): Promise<void> {
    if (removed) this.#save({ wanted: false })
    this.#stopping ??= { removed }
    this.#status = "stopping"
    this.#restartAt = null
    this.#interrupt.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    let child = this.#recover()
    while (!this.#stopping) {
      this.#interrupt = new AbortController()
      try {
        child ??= await this.#spawn()
        if (child) await this.#watch(child)
      } catch (error) {
        this.#child = undefined
        this.#output.note(`is started again after a fault of the supervisor: ${messageOf(error)}`)
      }
      child = undefined
      if (this.#replaced) this.#replaced = false
      else await this.#pause()
    }
    if (child) await terminate(child, this.#record.spec.graceSeconds, this.#clock)
    this.#status = "stopped"
    this.#over.abort()
    if (this.#stopping.removed) {
      this.#output.remove()
      removeRecord(this.#directory, this.#record.spec.object)
    } else {
      this.#output.close()
    }
  }

  /** The process that an earlier supervisor left running. */
  #recover(): Child | undefined {
    const { pid, startTime, mark, wanted } = this.#record
    const known = pid ?? (mark === null ? undefined : findByMark(mark))
    const child = known === undefined ? undefined : takeOver(known, startTime ?? startTimeOf(known) ?? "", this.#clock)
    if (child) {
      this.#startedAt = this.#clock.now()
      this.#save({ pid: child.pid, startTime: child.startTime })
    }
    if (!wanted) this.#stopping = { removed: true }
    return child
  }

  async #spawn(): Promise<Child | undefined> {
    const { spec, ports } = this.#record
    const mark = base32(16)
    this.#status = "starting"
    this.#restartAt = null
    this.#startedAt = this.#clock.now()
    this.#save({ mark, pid: null, startTime: null })
    const listening = spec.ports.flatMap(({ variables }, index) =>
      variables.map((variable) => [variable, String(ports[index])] as const),
    )
    const environment = { ...spec.environment, ...Object.fromEntries(listening) }
    try {
      const { command, cwd } = spec
      const child = await spawnChild({ command, cwd, environment, mark, stdio: this.#output.stdio })
      this.#save({ pid: child.pid, startTime: child.startTime })
      return child
    } catch (error) {
      this.#output.note(`cannot be started: ${messageOf(error)}`)
      this.#exited({ code: null, signal: null })
      return undefined
    }
  }

  /** Until the program exits by itself, or was ended because of a stop or a change. */
  async #watch(child: Child): Promise<void> {
    this.#child = child
    const gone = new AbortController()
    void child.exited.then(() => gone.abort())
    void this.#probe(AbortSignal.any([gone.signal, this.#interrupt.signal]))
    await Promise.race([child.exited, aborted(this.#interrupt.signal)])
    if (this.#interrupt.signal.aborted) await terminate(child, this.#record.spec.graceSeconds, this.#clock)
    else signalGroup(child.pid, "SIGKILL") // What the leader left behind would hold its ports.
    this.#child = undefined
    this.#output.read(true)
    this.#exited(await child.exited)
  }

  /** Listening on all ports turns starting into running. */
  async #probe(end: AbortSignal): Promise<void> {
    let wait = FIRST_PROBE_MS
    while (!end.aborted) {
      const answers = await Promise.all(this.#record.ports.map((port) => accepts(port)))
      if (end.aborted) return
      if (answers.every(Boolean)) {
        this.#status = "running"
        return
      }
      await this.#clock.until(this.#clock.now() + wait, end)
      wait = Math.min(wait * 1.5, SLOWEST_PROBE_MS)
    }
  }

  #exited(exit: Exit): void {
    const now = this.#clock.now()
    if (this.#startedAt !== null && now - this.#startedAt >= HEALTHY_MS) this.#failures = 0
    this.#exit = { ...exit, at: now }
    this.#save({ pid: null, startTime: null, mark: null, restarts: this.#record.restarts + 1 })
  }

  async #pause(): Promise<void> {
    if (this.#stopping) return
    this.#status = "backoff"
    this.#restartAt = this.#clock.now() + backoff(this.#failures++)
    await this.#clock.until(this.#restartAt, this.#interrupt.signal)
    this.#replaced = false
  }

  /** What cannot be written is kept in memory: a full disk does not keep a program from running. */
  #save(change: Partial<ProcessRecord>): void {
    this.#record = { ...this.#record, ...change }
    try {
      writeRecord(this.#directory, this.#record)
      this.#unsaved = false
    } catch (error) {
      if (this.#unsaved) return
      this.#unsaved = true
      this.#output.note(`its record cannot be written, it runs on without: ${messageOf(error)}`)
      void this.#saveLater()
    }
  }

  async #saveLater(): Promise<void> {
    while (this.#unsaved && !this.#over.signal.aborted) {
      await this.#clock.until(this.#clock.now() + SAVE_AGAIN_MS, this.#over.signal)
      if (this.#unsaved && !this.#over.signal.aborted) this.#save({})
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener("abort", () => resolve(), { once: true })
  })
