import { codeOf } from "../../problem.ts"
import { type Access, accessLine } from "./entry.ts"
import type { RotatingFile } from "./rotating-file.ts"

/** ms between a request and its line. */
const FLUSH_AFTER = 200
/** Characters that wait for the disk at most. */
const MAX_WAITING = 1024 * 1024

/**
 * Access log of one resource: lines are collected and written behind the requests' backs. A full disk costs lines,
 * nothing else. Of probes in a row that ask and get the same only the first is written.
 */
export class AccessLog {
  readonly #file: RotatingFile
  #waiting: string[] = []
  #size = 0
  #lost = 0
  #why = ""
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #retired = false
  /** What the last probe of each endpoint came to. */
  readonly #probed = new Map<string, string>()

  constructor(file: RotatingFile) {
    this.#file = file
  }

  write(access: Access): void {
    if (access.probe && this.#saysTheSame(access)) return
    if (this.#size > MAX_WAITING) {
      this.#lose(1, "the disk is too slow")
      return
    }
    const line = accessLine(access, new Date())
    this.#waiting.push(line)
    this.#size += line.length
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER).unref()
  }

  /** Resolves when all that was written before is in the file, or lost. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#append())
    return this.#writing
  }

  /** The resource is gone from the table: what still ends is logged as long as its directory is there. */
  retire(): void {
    this.#retired = true
    void this.flush()
  }

  async #append(): Promise<void> {
    const lines = this.#waiting
    if (lines.length === 0) return
    const lost = this.#lost
    const notice = lost > 0 ? noticeOf(lost, this.#why) : ""
    this.#waiting = []
    this.#size = 0
    this.#lost = 0
    try {
      await this.#file.append(notice + lines.join(""), !this.#retired)
    } catch (error) {
      this.#lose(lost + lines.length, codeOf(error))
    }
  }

  /** Anybody may say that it is a probe: what is left out is what the probe before it asked and got, and nothing else. */
  #saysTheSame({ endpoint, protocol, method, target, status, cut, requestBytes }: Access): boolean {
    const key = `${endpoint} ${protocol}`
    const outcome = JSON.stringify([method, target, status, cut, requestBytes])
    if (this.#probed.get(key) === outcome) return true
    this.#probed.set(key, outcome)
    return false
  }

  #lose(count: number, why: string): void {
    this.#lost += count
    this.#why = why
  }
}

const noticeOf = (lost: number, why: string): string =>
  `${JSON.stringify({ time: new Date().toISOString(), stream: "access", line: `${lost} lines were lost (${why})` })}\n`
