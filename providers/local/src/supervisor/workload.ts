import { join } from "node:path"
import { base32 } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { LoopbackHost } from "../loopback.ts"
import { backoff } from "./backoff.ts"
import { afterExit, isCrashLoop, NO_CRASHES, stableAfterMs } from "./crash-history.ts"
import { describeExit } from "./describe-exit.ts"
import { waitUntilDrained } from "./drain.ts"
import { untilUnhealthy } from "./health.ts"
import { KeptRecord } from "./kept-record.ts"
import { insidePorts, listeningEnvironment } from "./listening-environment.ts"
import { Output } from "./output.ts"
import { choosePorts, findLostPorts } from "./ports.ts"
import type { ProcessSpec, ProcessState } from "./protocol.ts"
import type { ProcessRecord } from "./record.ts"
import { readReportedErrors, removeReportedErrors } from "./reported-errors.ts"
import type { Run, RunExit, Runner } from "./runner.ts"
import { runnerOf } from "./runner-of.ts"
import { waitForAbort } from "./wait-for-abort.ts"

/** So long without an exit makes the next pause a short one again. */
const HEALTHY_MS = 60_000
const FIRST_PROBE_MS = 25
const SLOWEST_PROBE_MS = 1000

/** Of a record while nothing runs. */
const NOTHING_RUNS = { pid: null, startTime: null, mark: null }

/** Runs `choose` alone, with the ports of all workloads, so that no two get the same. */
export type ChooseAlone = (choose: (taken: ReadonlySet<number>) => Promise<void>) => Promise<void>

export interface WorkloadOptions {
  /** Directory of records and raw output. */
  directory: string
  clock: Clock
  record: ProcessRecord
  chooseAlone: ChooseAlone
}

/** One program that is kept running: start, watch, wait, start again, until `stop`. */
export class Workload {
  readonly #clock: Clock
  readonly #output: Output
  readonly #chooseAlone: ChooseAlone
  readonly #kept: KeptRecord
  readonly #base: string
  readonly #errorsFile: string
  #status: ProcessState["status"] = "starting"
  #child: Run | undefined
  #restartAt: number | null = null
  #startedAt: number | null = null
  #failures = 0
  #toldExitAt: number | null = null
  #unhealthy: string | null = null
  #silent: number[] = []
  /** By the ports' order; those of the run before hold until this one listens. */
  #hosts: LoopbackHost[] = []
  #stopping: { removed: boolean } | undefined
  #replaced = false
  /** Another health check holds from now on. */
  #changed = new AbortController()
  #running: Promise<Runner> | undefined
  /** Ends the present wait: a stop, or another program to run. */
  #interrupt = new AbortController()
  /** Requests under way are waited for no longer. */
  readonly #hurry = new AbortController()
  #ended: Promise<void>

  constructor({ directory, clock, record, chooseAlone }: WorkloadOptions) {
    this.#clock = clock
    this.#chooseAlone = chooseAlone
    this.#base = join(directory, record.spec.object)
    this.#errorsFile = `${this.#base}.errors`
    this.#output = new Output({
      base: this.#base,
      logFile: record.spec.logFile,
      now: () => clock.now(),
    })
    const failed = (message: string) =>
      this.#output.note(`its record cannot be written, it runs on without: ${message}`)
    this.#kept = new KeptRecord({ directory, record, clock, failed })
    this.#ended = this.#run().catch((error) => this.#output.note(`could not be ended cleanly: ${messageOf(error)}`))
  }

  get state(): ProcessState {
    const { spec, ports, restarts, crashes, lastExit } = this.#record
    this.#output.read()
    const runningMs = this.#child && this.#startedAt !== null ? this.#clock.now() - this.#startedAt : 0
    const crashLoop = isCrashLoop(crashes, runningMs)
    return {
      object: spec.object,
      owner: spec.owner,
      fingerprint: spec.fingerprint,
      status: this.#status,
      pid: this.#child?.pid ?? null,
      container: spec.container ? { id: this.#child?.container ?? null, ports: insidePorts(spec) } : null,
      ports,
      hosts: [...this.#hosts],
      silent: [...this.#silent],
      restarts,
      crashLoop,
      stableAt: crashLoop && this.#child && this.#startedAt !== null ? this.#startedAt + stableAfterMs(crashes) : null,
      restartAt: this.#restartAt,
      startedAt: this.#startedAt,
      exit: lastExit,
      unhealthy: this.#unhealthy,
      errors: readReportedErrors(this.#errorsFile, this.#child?.pid),
      lastLines: [...this.#output.lastLines],
    }
  }

  get #record(): ProcessRecord {
    return this.#kept.now
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
  change(given: ProcessSpec, ports: number[]): void {
    const spec = withEngineOf(this.#record.spec, given)
    const other = spec.fingerprint !== this.#record.spec.fingerprint
    this.#kept.write({ spec, ports, ...(other ? { crashes: NO_CRASHES } : {}) })
    this.#changed.abort()
    if (!other) return
    this.#replaced = true
    this.#failures = 0
    this.#interrupt.abort()
  }

  /**
   * Resolves when the program is gone. `removed`: for good, with its record, after requests under way; otherwise at once,
   * and a later supervisor starts it again.
   */
  async stop({ removed }: { removed: boolean }): Promise<void> {
    if (!removed) this.#hurry.abort()
    const { wanted, spec } = this.#record
    const drainUntil = this.#clock.now() + (spec.drain?.seconds ?? 0) * 1000
    if (removed && wanted) this.#kept.save({ wanted: false, drainUntil })
    this.#stopping ??= { removed }
    if (this.#status !== "draining") this.#status = "stopping"
    this.#restartAt = null
    this.#interrupt.abort()
    await this.#ended
  }

  /** Where it runs never changes: a program from elsewhere is another object. */
  get #runner(): Promise<Runner> {
    this.#running ??= runnerOf(this.#record.spec, { clock: this.#clock, output: this.#output, base: this.#base })
    return this.#running
  }

  async #run(): Promise<void> {
    let child = await this.#recover()
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
    if (child) {
      this.#child = child
      await this.#end(child)
      this.#child = undefined
    }
    this.#status = "stopped"
    if (this.#stopping.removed) {
      removeReportedErrors(this.#errorsFile)
      this.#output.remove()
      this.#kept.remove()
    } else {
      this.#output.close()
      this.#kept.close()
    }
  }

  /** The run that an earlier supervisor left. While that cannot be told nothing is started: it would run twice. */
  async #recover(): Promise<Run | undefined> {
    for (let failures = 0; ; failures++) {
      try {
        const child = await (await this.#runner).recover(this.#record)
        if (child) {
          this.#startedAt = this.#clock.now()
          this.#kept.save({ mark: child.mark, pid: child.pid ?? null, startTime: child.startTime })
        }
        if (!this.#record.wanted) this.#stopping = { removed: true }
        return child
      } catch (error) {
        if (failures === 0) this.#output.note(`cannot be found again, which is tried on: ${messageOf(error)}`)
        if (this.#stopping?.removed === false) return undefined
        await this.#clock.until(this.#clock.now() + backoff(failures), this.#hurry.signal)
      }
    }
  }

  async #spawn(): Promise<Run | undefined> {
    const mark = base32(16)
    this.#status = "starting"
    this.#restartAt = null
    this.#startedAt = this.#clock.now()
    await this.#exchangeLostPorts()
    if (this.#interrupt.signal.aborted) return undefined
    this.#kept.save({ mark, pid: null, startTime: null })
    const { spec, ports } = this.#record
    removeReportedErrors(this.#errorsFile)
    try {
      const listening = listeningEnvironment(spec, ports)
      const child = await (await this.#runner).start({ spec, mark, ports, listening, errorsFile: this.#errorsFile })
      this.#kept.save({ pid: child.pid ?? null, startTime: child.startTime })
      return child
    } catch (error) {
      this.#output.note(`cannot be started: ${messageOf(error)}`)
      this.#exited({ code: null, signal: null })
      return undefined
    }
  }

  /** A port that a stranger took while the program did not run is given up for another one. */
  async #exchangeLostPorts(): Promise<void> {
    const lost = await findLostPorts(this.ports, this.#clock, this.#interrupt.signal)
    if (lost.length === 0) return
    await this.#chooseAlone(async (taken) => {
      const had = this.ports
      this.#kept.save({ ports: await choosePorts({ count: had.length, had, lost, taken }) })
    })
    this.#output.note(
      `port ${lost.join(", ")} was taken by another program; it listens on ${this.ports.join(", ")} now`,
    )
  }

  /** Until the program exits by itself, was ended because of a stop or a change, or failed its health check. */
  async #watch(child: Run): Promise<void> {
    this.#child = child
    const gone = new AbortController()
    void child.exited.then(() => gone.abort())
    const seen = await this.#untilUnhealthy(child, AbortSignal.any([gone.signal, this.#interrupt.signal]))
    if (seen !== undefined)
      this.#output.note(`workload_unhealthy: ${seen}; it is stopped and started again (${this.#countWith(1)})`)
    const asked = this.#interrupt.signal.aborted
    if (seen !== undefined || asked) await this.#end(child)
    else await (await this.#runner).clear(child)
    this.#child = undefined
    this.#output.read(true)
    this.#unhealthy = seen ?? null
    // Of one that could not be ended in a hurry nobody tells.
    if (asked) this.#kept.save(this.#hurry.signal.aborted && child.container ? {} : NOTHING_RUNS)
    else this.#exited(await child.exited)
  }

  /** Until `end`; what was seen when the health check failed for good before. */
  async #untilUnhealthy(child: Run, end: AbortSignal): Promise<string | undefined> {
    const passed = () => {
      this.#unhealthy = null
    }
    let seen: string | undefined
    if (!(await this.#probe(child, end))) return undefined
    while (seen === undefined && !end.aborted) {
      this.#changed = new AbortController()
      const signal = AbortSignal.any([end, this.#changed.signal])
      const { health: spec } = this.#record.spec
      const port = spec && this.ports[spec.at]
      if (!spec || port === undefined) await waitForAbort(signal)
      else {
        const address = { host: this.#hosts[spec.at] ?? "127.0.0.1", port }
        seen = await untilUnhealthy({ spec, address, clock: this.#clock, signal, passed })
      }
    }
    return seen
  }

  /** A program that is removed serves what is under way first. */
  async #end(child: Run): Promise<void> {
    const { spec, ports, drainUntil = 0 } = this.#record
    if (this.#stopping?.removed && spec.drain) {
      this.#status = "draining"
      const gone = new AbortController()
      void child.exited.then(() => gone.abort())
      const signal = AbortSignal.any([gone.signal, this.#hurry.signal])
      await waitUntilDrained({
        spec: spec.drain,
        owner: spec.owner,
        ports,
        until: drainUntil,
        clock: this.#clock,
        signal,
      })
    }
    this.#status = "stopping"
    await (await this.#runner).end(child, spec.graceSeconds, this.#hurry.signal)
  }

  /** Listening on all ports turns starting into running; false when `end` came first. */
  async #probe(child: Run, end: AbortSignal): Promise<boolean> {
    let wait = FIRST_PROBE_MS
    while (!end.aborted) {
      const { ports, spec } = this.#record
      const runner = await this.#runner
      const hosts = await Promise.all(
        ports.map((port, index) => runner.hostOf(child, { port, inside: spec.ports[index]?.inside })),
      )
      if (end.aborted) break
      this.#silent = ports.filter((_, index) => hosts[index] === undefined)
      if (this.#silent.length === 0) {
        this.#hosts = hosts.filter((host) => host !== undefined)
        this.#status = "running"
        return true
      }
      await this.#clock.until(this.#clock.now() + wait, end)
      wait = Math.min(wait * 1.5, SLOWEST_PROBE_MS)
    }
    return false
  }

  /** After an exit that nobody asked for. */
  #exited(exit: RunExit): void {
    const at = this.#clock.now()
    const ranMs = at - (this.#startedAt ?? at)
    if (ranMs >= HEALTHY_MS) this.#failures = 0
    const { restarts, crashes } = this.#record
    this.#kept.save({
      ...NOTHING_RUNS,
      restarts: restarts + 1,
      crashes: afterExit(crashes, ranMs),
      lastExit: { ...exit, at },
    })
  }

  async #pause(): Promise<void> {
    if (this.#stopping) return
    const now = this.#clock.now()
    const wait = backoff(this.#failures++, this.#status === "running" ? now - (this.#startedAt ?? now) : 0)
    this.#tellExit(wait)
    if (wait === 0) return
    this.#status = "backoff"
    this.#restartAt = now + wait
    await this.#clock.until(this.#restartAt, this.#interrupt.signal)
    this.#replaced = false
  }

  #tellExit(waitMs: number): void {
    const { lastExit, spec } = this.#record
    if (lastExit === null || lastExit.at === this.#toldExitAt) return
    this.#toldExitAt = lastExit.at
    // That it was stopped was told before it was.
    if (this.#unhealthy !== null) return
    const when = waitMs === 0 ? "at once" : `in ${waitMs / 1000} s`
    const how = describeExit(lastExit, spec.container !== undefined)
    this.#output.tell(`${how} and is started again ${when} (${this.#countWith(0)})`)
  }

  #countWith(more: number): string {
    const restarts = this.#record.restarts + more
    return `${restarts} ${restarts === 1 ? "restart" : "restarts"} so far`
  }
}

/** A container stays with its engine, whichever the manager finds by now: only there it can be found again. */
const withEngineOf = ({ container: known }: ProcessSpec, spec: ProcessSpec): ProcessSpec =>
  known && spec.container ? { ...spec, container: { ...spec.container, socket: known.socket } } : spec

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
