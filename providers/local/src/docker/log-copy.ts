import { readFileSync, writeFileSync, writeSync } from "node:fs"
import { parseJson } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import { z } from "zod"
import { isNotFound } from "../errors.ts"
import type { Engine } from "./engine.ts"
import { type LogFrame, logFrames } from "./log-frames.ts"

const AGAIN_MS = 1_000
/** A container that has ended writes no more; an engine that does not answer must not hold up the next start. */
const FINISH_TRIES = 3

/** How far a stream was copied: frames of that time that are in the copy, the last ones of it. */
const Reached = z.object({ time: z.string(), frames: z.int() })
const Position = z.object({ container: z.string(), stdout: Reached.optional(), stderr: Reached.optional() })
type Position = z.infer<typeof Position>

export interface LogCopyOptions {
  engine: Engine
  container: string
  /** How far it was copied; written after what was copied, so a crash in between repeats lines and loses none. */
  positionFile: string
  /** Files that are appended to. */
  descriptors: { stdout: number; stderr: number }
  clock: Clock
}

/** Copies a container's output into two files, and goes on where an earlier supervisor ended. */
export class LogCopy {
  readonly #options: LogCopyOptions
  readonly #over = new AbortController()
  #position: Position
  #following: Promise<void> = Promise.resolve()

  constructor(options: LogCopyOptions) {
    this.#options = options
    const known = Position.safeParse(parseJson(readText(options.positionFile))).data
    this.#position = known?.container === options.container ? known : { container: options.container }
  }

  /** Copies what there is and what comes, until `finish`. */
  follow(): void {
    this.#following = this.#follow()
  }

  /** Once the container has ended: copies what is left of its output. */
  async finish(): Promise<void> {
    this.#over.abort()
    await this.#following
    for (let tries = 1; tries <= FINISH_TRIES; tries++) {
      try {
        return await this.#copy({ follow: "false" })
      } catch (error) {
        if (isNotFound(error)) return
        await this.#again()
      }
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      try {
        await this.#copy({ follow: "true" }, signal)
      } catch (error) {
        if (isNotFound(error)) return
      }
      // The engine went away, or the container ended, and we are told soon.
      if (!signal.aborted) await this.#again(signal)
    }
  }

  #again(signal?: AbortSignal): Promise<void> {
    const { clock } = this.#options
    return clock.until(clock.now() + AGAIN_MS, signal)
  }

  async #copy(query: { follow: string }, signal?: AbortSignal): Promise<void> {
    const { engine, container } = this.#options
    const response = await engine.open({
      method: "GET",
      path: `/containers/${container}/logs`,
      query: { stdout: "true", stderr: "true", timestamps: "true", ...query, ...sinceOf(this.#position) },
      signal,
    })
    const known = this.#position
    const met = { stdout: 0, stderr: 0 }
    for await (const frames of logFrames(response)) {
      const fresh = frames.filter((frame) => !isKnown(frame, known, met))
      this.#write(fresh)
    }
  }

  #write(frames: readonly LogFrame[]): void {
    if (frames.length === 0) return
    const { descriptors, positionFile } = this.#options
    try {
      for (const { stream, bytes } of frames) writeWhole(descriptors[stream], bytes)
    } catch {
      // A full disk costs log lines, not workloads.
    }
    for (const { stream, time } of frames) {
      const before = this.#position[stream]
      const reached = { time, frames: before?.time === time ? before.frames + 1 : 1 }
      this.#position = { ...this.#position, [stream]: reached }
    }
    try {
      writeFileSync(positionFile, JSON.stringify(this.#position), { mode: 0o600 })
    } catch {
      // A full disk may cost repeated lines after a crash.
    }
  }
}

/** Was it copied before? The engine repeats the second in which we ended; `met` counts what it repeated of the last time. */
function isKnown({ stream, time }: LogFrame, known: Position, met: Record<LogFrame["stream"], number>): boolean {
  const reached = known[stream]
  if (!reached || isAfter(time, reached.time)) return false
  if (time !== reached.time) return true
  met[stream] += 1
  return met[stream] <= reached.frames
}

/** Texts of one format, in one zone; `Date` knows milliseconds only. */
function isAfter(time: string, other: string): boolean {
  const difference = Date.parse(time) - Date.parse(other)
  return difference === 0 ? time > other : difference > 0
}

/** A second early: engines differ in whether they include it. */
function sinceOf({ stdout, stderr }: Position): { since?: string } {
  if (!stdout && !stderr) return {}
  const times = [stdout, stderr].flatMap((reached) => (reached ? [Date.parse(reached.time)] : []))
  return { since: String(Math.floor(Math.min(...times) / 1000) - 1) }
}

function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return "" // Nothing was copied yet.
  }
}
