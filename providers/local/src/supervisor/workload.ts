import { join } from "node:path"
import { base32 } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { LoopbackHost } from "../loopback.ts"
import { backoff } from "./backoff.ts"
import { type Child, type Exit, signalGroup, spawnChild, takeOver, terminate } from "./child.ts"
import { afterExit, isCrashLoop, NO_CRASHES, stableAfterMs } from "./crash-history.ts"
import { describeExit } from "./describe-exit.ts"
import { waitUntilDrained } from "./drain.ts"
import { findHost } from "./find-host.ts"
import { untilUnhealthy } from "./health.ts"
import { findByMark, killLeftBehind, startTimeOf } from "./identity.ts"
import { KeptRecord } from "./kept-record.ts"
import { Output } from "./output.ts"
import { choosePorts, findLostPorts } from "./ports.ts"
import type { ProcessSpec, ProcessState } from "./protocol.ts"
import type { ProcessRecord } from "./record.ts"
import { ERRORS_VARIABLE, readReportedErrors, removeReportedErrors } from "./reported-errors.ts"
import { waitForAbort } from "./wait-for-abort.ts"

/** So long without an exit makes the next pause a short one again. */
const HEALTHY_MS = 60_000
const FIRST_PROBE_MS = 25
const SLOWEST_PROBE_MS = 1000

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
  readonly #errorsFile: string
  #status: ProcessState["status"] = "starting"
  #child: Child | undefined
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
  /** Ends the present wait: a stop, or another program to run. */
  #interrupt = new AbortController()
  /** Requests under way are waited for no longer. */
  readonly #hurry = new AbortController()
  #ended: Promise<void>

  constructor({ directory, clock, record, chooseAlone }: WorkloadOptions) {
    this.#clock = clock
    this.#chooseAlone = chooseAlone
    this.#errorsFile = join(directory, `${record.spec.object}.errors`)
    this.#output = new Output({
      base: join(directory, record.spec.object),
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
  change(spec: ProcessSpec, ports: number[]): void {
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
    if (child) {
      this.#child = child
      await this.#end(child)
      killLeftBehind(this.#record.mark)
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

  /** The process that an earlier supervisor left running. */
  #recover(): Child | undefined {
    const { pid, startTime, mark, wanted } = this.#record
    const known = pid ?? (mark === null ? undefined : findByMark(mark))
    const child = known === undefined ? undefined : takeOver(known, startTime ?? startTimeOf(known) ?? "", this.#clock)
    if (child) {
      this.#startedAt = this.#clock.now()
      this.#kept.save({ pid: child.pid, startTime: child.startTime })
    } else killLeftBehind(mark)
    if (!wanted) this.#stopping = { removed: true }
    return child
  }

  async #spawn(): Promise<Child | undefined> {
    const mark = base32(16)
    this.#status = "starting"
    this.#restartAt = null
    this.#startedAt = this.#clock.now()
    await this.#exchangeLostPorts()
    if (this.#interrupt.signal.aborted) return undefined
    this.#kept.save({ mark, pid: null, startTime: null })
    const { spec, ports } = this.#record
    const listening = spec.ports.flatMap(({ variables }, index) =>
      variables.map((variable) => [variable, String(ports[index])] as const),
    )
    removeReportedErrors(this.#errorsFile)
    const environment = {
      ...spec.environment,
      ...Object.fromEntries(listening),
      [ERRORS_VARIABLE]: this.#errorsFile,
    }
    try {
      const { command, cwd } = spec
      const child = await spawnChild({ command, cwd, environment, mark, stdio: this.#output.stdio })
      this.#kept.save({ pid: child.pid, startTime: child.startTime })
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
  async #watch(child: Child): Promise<void> {
    this.#child = child
    const gone = new AbortController()
    void child.exited.then(() => gone.abort())
    const seen = await this.#untilUnhealthy(AbortSignal.any([gone.signal, this.#interrupt.signal]))
    if (seen !== undefined)
      this.#output.note(`workload_unhealthy: ${seen}; it is stopped and started again (${this.#countWith(1)})`)
    const asked = this.#interrupt.signal.aborted
    if (seen !== undefined || asked) await this.#end(child)
    else signalGroup(child.pid, "SIGKILL") // What the leader left behind would hold its ports.
    killLeftBehind(this.#record.mark)
    this.#child = undefined
    this.#output.read(true)
    this.#unhealthy = seen ?? null
    const exit = await child.exited
    if (asked) this.#kept.save({ pid: null, startTime: null, mark: null })
    else this.#exited(exit)
  }

  /** Until `end`; what was seen when the health check failed for good before. */
  async #untilUnhealthy(end: AbortSignal): Promise<string | undefined> {
    const passed = () => {
      this.#unhealthy = null
    }
    let seen: string | undefined
    if (!(await this.#probe(end))) return undefined
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
  async #end(child: Child): Promise<void> {
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
    await terminate(child, spec.graceSeconds, this.#clock)
  }

  /** Listening on all ports turns starting into running; false when `end` came first. */
  async #probe(end: AbortSignal): Promise<boolean> {
    let wait = FIRST_PROBE_MS
    while (!end.aborted) {
      const { ports } = this.#record
      const hosts = await Promise.all(ports.map((port) => findHost(port, this.#child?.pid)))
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
  #exited(exit: Exit): void {
    const at = this.#clock.now()
    const ranMs = at - (this.#startedAt ?? at)
    if (ranMs >= HEALTHY_MS) this.#failures = 0
    const { restarts, crashes } = this.#record
    const ended = { pid: null, startTime: null, mark: null }
    this.#kept.save({
      ...ended,
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
    const { lastExit } = this.#record
    if (lastExit === null || lastExit.at === this.#toldExitAt) return
    this.#toldExitAt = lastExit.at
    // That it was stopped was told before it was.
    if (this.#unhealthy !== null) return
    const when = waitMs === 0 ? "at once" : `in ${waitMs / 1000} s`
    this.#output.tell(`${describeExit(lastExit)} and is started again ${when} (${this.#countWith(0)})`)
  }

  #countWith(more: number): string {
    const restarts = this.#record.restarts + more
    return `${restarts} ${restarts === 1 ? "restart" : "restarts"} so far`
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
