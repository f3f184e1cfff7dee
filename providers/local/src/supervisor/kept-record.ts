import type { Clock } from "@alienplatform/engine"
import { type ProcessRecord, removeRecord, writeRecord } from "./record.ts"

/** A record that could not be written is tried again after this. */
const AGAIN_MS = 5_000

export interface KeptRecordOptions {
  /** `run` in the data directory. */
  directory: string
  record: ProcessRecord
  clock: Clock
  /** Told once when it cannot be written, with the reason. */
  failed: (message: string) => void
}

/** The record of a process, in memory and on disk. What cannot be written is kept: a full disk does not keep a program from running. */
export class KeptRecord {
  readonly #options: KeptRecordOptions
  readonly #over = new AbortController()
  #record: ProcessRecord
  /** What is on disk is older than ours. */
  #unsaved = false

  constructor(options: KeptRecordOptions) {
    this.#options = options
    this.#record = options.record
  }

  get now(): ProcessRecord {
    return this.#record
  }

  /** Throws, and changes nothing, when it cannot be written. */
  write(change: Partial<ProcessRecord>): void {
    const record = { ...this.#record, ...change }
    writeRecord(this.#options.directory, record)
    this.#record = record
  }

  /** What cannot be written now is written later. */
  save(change: Partial<ProcessRecord>): void {
    this.#record = { ...this.#record, ...change }
    try {
      writeRecord(this.#options.directory, this.#record)
      this.#unsaved = false
    } catch (error) {
      if (this.#unsaved) return
      this.#unsaved = true
      this.#options.failed(error instanceof Error ? error.message : String(error))
      void this.#saveLater()
    }
  }

  /** Writes nothing more. */
  close(): void {
    this.#over.abort()
  }

  remove(): void {
    this.close()
    removeRecord(this.#options.directory, this.#record.spec.object)
  }

  async #saveLater(): Promise<void> {
    const { clock } = this.#options
    while (this.#unsaved && !this.#over.signal.aborted) {
      await clock.until(clock.now() + AGAIN_MS, this.#over.signal)
      if (this.#unsaved && !this.#over.signal.aborted) this.save({})
    }
  }
}
