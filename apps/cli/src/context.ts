import type { Interrupts } from "./interrupt.ts"

/** A stream that text goes to. */
export interface Sink {
  write(text: string): unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
}

/** Everything that a command may touch of its surroundings; tests pass their own. */
export interface Context {
  env: Readonly<Record<string, string | undefined>>
  /** Absolute. */
  cwd: string
  /** The user's home directory, absolute. */
  home: string
  stdin: { isTTY?: boolean | undefined }
  stdout: Sink
  stderr: Sink
  fetch: typeof globalThis.fetch
  /** ms since the epoch. */
  now(): number
  /** Resolves after `ms` or when `signal` is aborted, whichever is first; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Asks a person yes or no; false when they break off. */
  confirm(question: string): Promise<boolean>
  interrupts: Interrupts
}
