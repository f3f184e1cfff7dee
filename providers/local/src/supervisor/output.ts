import {
  closeSync,
  type FSWatcher,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  watch,
  writeSync,
} from "node:fs"
import type { LogLine } from "@alienplatform/engine"
import { LogFile, lastLogLines } from "./log-file.ts"

const KEPT_LINES = 20
/** Characters of a line that is kept to be shown. */
const SHOWN = 1000
const MAX_LINE_BYTES = 64 * 1024
const CHUNK = 256 * 1024
/** A consumed file longer than this is emptied. */
const TRUNCATE_AT = 4 * 1024 * 1024
/** A program that is so far ahead of us is no longer followed line by line: its disk and our time are worth more. */
const MAX_BEHIND = 8 * 1024 * 1024
/** Bytes from the end of unfollowed output that are still logged. */
const KEPT_BEHIND = 256 * 1024
/** At a time, so that one program's output holds up nobody else. */
const LINES_AT_ONCE = 10_000
/** Where the system does not tell of changes, or lost one. */
const POLL_MS = 1000

type Stream = Exclude<LogLine["stream"], "access" | "platform">
const STREAMS: readonly Stream[] = ["stdout", "stderr"]

interface Tail {
  fd: number
  /** Bytes that are in the log already. */
  offset: number
  /** The line at `offset` is longer than a line may be, and its beginning was logged. */
  cut: boolean
}

export interface OutputOptions {
  /** `run/<object>`: `.stdout`, `.stderr` and `.offsets` are added, `.position` by whoever copies from elsewhere. */
  base: string
  logFile: string
  now: () => number
  maxLogBytes?: number
}

/**
 * Output of one workload. The process writes to two plain files opened for appending, and we follow them: a pipe
 * would end with the supervisor, and with it the workload (SIGPIPE), while a file keeps what is written until the next
 * supervisor reads on. Node also writes to files synchronously, so the last words of a crash are never lost.
 * The offsets of what was logged are stored after the lines: a crash in between repeats lines, never loses one.
 * A line's time is when it was seen. Emptying a file that was read to its end may lose what is written in the
 * microseconds between the two calls; it happens once in 4 MiB. Of a program that writes faster than we log, most is
 * passed over, and that is said in its log.
 */
export class Output {
  /** Newest last, long ones cut. */
  readonly lastLines: string[]
  readonly #options: OutputOptions
  readonly #log: LogFile
  readonly #tails: Record<Stream, Tail>
  readonly #offsets: number
  readonly #timer: NodeJS.Timeout
  readonly #watchers: FSWatcher[]
  #soon: NodeJS.Immediate | undefined
  #closed = false

  constructor(options: OutputOptions) {
    this.#options = options
    this.#log = new LogFile(options.logFile, options.maxLogBytes)
    this.lastLines = lastLogLines(options.logFile, KEPT_LINES)
      .filter(({ stream }) => stream !== "platform")
      .map(({ line }) => shown(line))
    this.#offsets = openSync(`${options.base}.offsets`, "a+", 0o600)
    const known = Buffer.alloc(16)
    readSync(this.#offsets, known, 0, 16, 0)
    closeSync(this.#offsets)
    this.#offsets = openSync(`${options.base}.offsets`, "r+")
    const tail = (stream: Stream, at: number): Tail => ({
      fd: openSync(`${options.base}.${stream}`, "a+", 0o600),
      offset: Number(known.readBigUInt64LE(at)),
      cut: false,
    })
    this.#tails = { stdout: tail("stdout", 0), stderr: tail("stderr", 8) }
    this.#timer = setInterval(() => this.read(), POLL_MS)
    this.#timer.unref()
    this.#watchers = STREAMS.flatMap((stream) => this.#watch(stream))
  }

  /** Descriptors to give to a new process. */
  get stdio(): ["ignore", number, number] {
    return ["ignore", this.#tails.stdout.fd, this.#tails.stderr.fd]
  }

  /** A line in the log that is ours, and none of the program's last ones. */
  tell(line: string): void {
    this.#append("platform", [line])
  }

  /** A line of our own, for what the process could not say itself. */
  note(line: string): void {
    this.#add("stderr", [line])
  }

  /**
   * Logs what was written since; of very many lines only the first, and the others soon after. `end`: the process is
   * gone, so all are logged and an unfinished line is finished.
   */
  read(end = false): void {
    for (const stream of STREAMS) this.#readStream(stream, end)
  }

  /** What was read so far can still be asked for. */
  close(): void {
    clearInterval(this.#timer)
    clearImmediate(this.#soon)
    for (const watcher of this.#watchers) watcher.close()
    this.read(true)
    this.#closed = true
    for (const stream of STREAMS) closeSync(this.#tails[stream].fd)
    closeSync(this.#offsets)
    this.#log.close()
  }

  /** Closes and removes all but the log. */
  remove(): void {
    this.close()
    for (const part of [...STREAMS, "offsets", "position"]) rmSync(`${this.#options.base}.${part}`, { force: true })
  }

  #watch(stream: Stream): FSWatcher[] {
    try {
      const watcher = watch(`${this.#options.base}.${stream}`, () => this.#readSoon())
      watcher.on("error", () => watcher.close())
      return [watcher]
    } catch {
      return [] // The system's watches are used up; the timer reads.
    }
  }

  #readStream(stream: Stream, end: boolean): void {
    if (this.#closed) return
    const tail = this.#tails[stream]
    const { size } = fstatSync(tail.fd)
    if (size < tail.offset) tail.offset = 0
    const behind = size - tail.offset > MAX_BEHIND
    if (behind) this.#skip(stream, tail, size - KEPT_BEHIND)
    const buffer = Buffer.allocUnsafe(CHUNK)
    let room = end || behind ? Number.POSITIVE_INFINITY : LINES_AT_ONCE
    while (room > 0) {
      const length = readSync(tail.fd, buffer, 0, behind ? Math.min(CHUNK, size - tail.offset) : CHUNK, tail.offset)
      const { used, lines } = this.#take(stream, tail, buffer.subarray(0, length), { end, room })
      if (used === 0) break
      room -= lines
      tail.offset += used
      this.#saveOffsets()
    }
    if (room <= 0) this.#readSoon()
    if (behind || (tail.offset > TRUNCATE_AT && fstatSync(tail.fd).size === tail.offset)) {
      ftruncateSync(tail.fd, 0)
      tail.offset = 0
      this.#saveOffsets()
    }
  }

  /** Once, however many changes are told meanwhile. */
  #readSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined
      this.read()
    })
  }

  #skip(stream: Stream, tail: Tail, to: number): void {
    this.note(`${to - tail.offset} bytes of ${stream} were not logged: it writes faster than that`)
    tail.offset = to
    tail.cut = true
  }

  /** Logs at most `room` whole lines of a chunk; returns how many those were, and their bytes. */
  #take(
    stream: Stream,
    tail: Tail,
    chunk: Buffer,
    { end, room }: { end: boolean; room: number },
  ): { used: number; lines: number } {
    const lines: string[] = []
    let at = 0
    while (lines.length < room) {
      const newline = chunk.indexOf(10, at)
      const stop = newline === -1 ? chunk.length : newline
      const whole = newline !== -1
      const tooLong = !whole && stop - at > MAX_LINE_BYTES
      if (!whole && !tooLong && !(end && stop > at)) break
      if (!tail.cut) lines.push(chunk.subarray(at, Math.min(stop, at + MAX_LINE_BYTES)).toString("utf8"))
      tail.cut = tooLong
      at = whole ? newline + 1 : stop
    }
    this.#add(stream, lines)
    return { used: at, lines: lines.length }
  }

  #add(stream: Stream, lines: readonly string[]): void {
    if (lines.length === 0) return
    this.#append(stream, lines)
    this.lastLines.push(...lines.slice(-KEPT_LINES).map(shown))
    this.lastLines.splice(0, this.lastLines.length - KEPT_LINES)
  }

  #append(stream: LogLine["stream"], lines: readonly string[]): void {
    const time = new Date(this.#options.now()).toISOString()
    try {
      this.#log.append(lines.map((line) => ({ time, stream, line })))
    } catch {
      // A full disk costs log lines, not workloads.
    }
  }

  #saveOffsets(): void {
    const text = Buffer.alloc(16)
    text.writeBigUInt64LE(BigInt(this.#tails.stdout.offset), 0)
    text.writeBigUInt64LE(BigInt(this.#tails.stderr.offset), 8)
    try {
      writeSync(this.#offsets, text, 0, 16, 0)
    } catch {
      // A full disk may cost repeated lines after a crash, not workloads.
    }
  }
}

const shown = (line: string): string => (line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line)
