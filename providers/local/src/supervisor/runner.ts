import type { Clock } from "@alienplatform/engine"
import type { LoopbackHost } from "../loopback.ts"
import type { Output } from "./output.ts"
import type { ProcessSpec } from "./protocol.ts"
import type { ProcessRecord } from "./record.ts"

/** How a run ended; both null: nobody told us, or it never started. */
export interface RunExit {
  code: number | null
  signal: string | null
}

/** One run of a workload's program, as a process or in a container. */
export interface Run {
  /** Told to what it starts; new for each run. */
  mark: string
  /** Process that leads it; undefined where that is on another machine, like the virtual one of Docker Desktop. */
  pid: number | undefined
  /** Names the process together with `pid`, which is used again. Empty for a container. */
  startTime: string
  /** Id of the container that it runs in. */
  container?: string | undefined
  /** Resolves once it is over and all that it wrote is in the output. */
  exited: Promise<RunExit>
}

export interface StartOptions {
  spec: ProcessSpec
  mark: string
  /** On loopback, in the order of `spec.ports`. */
  ports: readonly number[]
  /** Variables that tell it where to listen; they win over the spec's own. */
  listening: Readonly<Record<string, string>>
  /** Where a process counts the errors that it survives. */
  errorsFile: string
}

/** Where runs happen: as processes of this machine, or in containers of its engine. */
export interface Runner {
  /**
   * The run that an earlier supervisor left, which may have ended meanwhile. Ends whatever else that one left. Rejects
   * when it cannot be told.
   */
  recover(record: ProcessRecord): Promise<Run | undefined>
  /** Rejects when it cannot be started. */
  start(options: StartOptions): Promise<Run>
  /** The loopback address at which it answers on one of its ports, `inside` of a container; nothing while it does not. */
  hostOf(run: Run, at: { port: number; inside?: number | undefined }): Promise<LoopbackHost | undefined>
  /**
   * Asks it to end, and ends it after `graceSeconds`, with all that it left behind. `hurry`: what cannot be ended now is
   * left to the next supervisor.
   */
  end(run: Run, graceSeconds: number, hurry: AbortSignal): Promise<void>
  /** Ends what a run that is over left behind. */
  clear(run: Run): Promise<void>
}

export interface RunnerOptions {
  clock: Clock
  output: Output
  /** `run/<object>`; a runner may add files of its own. */
  base: string
}
