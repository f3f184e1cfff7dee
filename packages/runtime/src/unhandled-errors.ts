import { renameSync, writeFileSync } from "node:fs"
import { CLIENT_GONE } from "./client-gone.ts"

/** What a worker's process tells whoever runs it, as JSON in the file that `ALIEN_ERRORS_FILE` names. */
export interface UnhandledErrors {
  /** Of the process that they happened in. */
  pid: number
  /** Since the process started. */
  count: number
  /** ms since the epoch */
  firstAt: number
  lastAt: number
  /** First line of the last one, without its stack; at most 200 characters. */
  last: string
}

/** So many exceptions within `STORM_MS` are no single mistakes: what is left of the process is not worth keeping. */
const STORM_EXCEPTIONS = 100
const STORM_MS = 10_000
/** Between two writes of the file. */
const WRITE_EVERY_MS = 1_000
const SHOWN_CHARACTERS = 200

export interface KeepOptions {
  /** Absent: they are logged alone. */
  file?: string | undefined
  /** Default: stderr. */
  log?: (...what: unknown[]) => void
  /** ms since the epoch */
  now?: () => number
  /** Ends the process when exceptions come in a storm. */
  exit?: (code: number) => void
}

/**
 * Keeps what nobody catches from ending the process, and with it everybody's requests: logged, counted and told. A
 * rejection that nobody awaits leaves nothing behind. After an exception out of a timer or an event whatever it left
 * half-done stays so; a storm of them ends the process with 1, so that it is started afresh.
 */
export class UnhandledErrorsKeeper {
  readonly #options: Required<Omit<KeepOptions, "file">> & Pick<KeepOptions, "file">
  readonly #exceptionsAt: number[] = []
  #told: UnhandledErrors | undefined
  #writing: NodeJS.Timeout | undefined

  constructor({ file, log = console.error, now = Date.now, exit = process.exit }: KeepOptions = {}) {
    this.#options = { file, log, now, exit }
  }

  /** From now on. */
  begin(): void {
    process.on("unhandledRejection", (reason) => this.rejection(reason))
    process.on("uncaughtException", (error) => this.exception(error))
    process.once("exit", () => this.#write())
  }

  rejection(reason: unknown): void {
    // Who passes the request's signal on gets this whenever a client leaves: nobody's mistake.
    if (reason instanceof DOMException && reason.message === CLIENT_GONE) return
    this.#log("a promise was rejected and nobody awaited it:", reason)
    this.#count(reason)
  }

  exception(error: unknown): void {
    const { now, exit } = this.#options
    this.#log("an exception was thrown outside of a request and nobody caught it:", error)
    this.#count(error)
    this.#exceptionsAt.push(now())
    if (this.#exceptionsAt.length < STORM_EXCEPTIONS) return
    const first = this.#exceptionsAt.shift() ?? 0
    if (now() - first > STORM_MS) return
    this.#log(`${STORM_EXCEPTIONS} exceptions within ${STORM_MS / 1000} s: the process ends, to be started afresh`)
    exit(1)
  }

  #log(what: string, ...thrown: unknown[]): void {
    try {
      this.#options.log(what, ...thrown)
    } catch {
      this.#options.log(what, "it cannot be shown")
    }
  }

  #count(error: unknown): void {
    const at = this.#options.now()
    const { count = 0, firstAt = at } = this.#told ?? {}
    this.#told = { pid: process.pid, count: count + 1, firstAt, lastAt: at, last: firstLine(error) }
    if (this.#writing !== undefined) return
    this.#write()
    this.#writing = setTimeout(() => {
      this.#writing = undefined
      this.#write()
    }, WRITE_EVERY_MS)
    this.#writing.unref()
  }

  /** Whole, by rename: it may be read at any time. */
  #write(): void {
    const { file } = this.#options
    if (file === undefined || this.#told === undefined) return
    try {
      writeFileSync(`${file}.new`, JSON.stringify(this.#told), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    } catch {
      // A full disk: they are in the log.
    }
  }
}

function firstLine(error: unknown): string {
  const [line = ""] = textOf(error).split("\n", 1)
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line
}

/** Anything may be thrown, and its text may throw too. */
function textOf(error: unknown): string {
  try {
    return String(error)
  } catch {
    return typeof error
  }
}
