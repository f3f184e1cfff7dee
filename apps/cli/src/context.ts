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
  /** Asks a person for something that is not shown; undefined when they break off. */
  askSecret(question: string): Promise<string | undefined>
  /** All of stdin, as text. Throws `usage_invalid` when it is longer than any value may be. */
  readStdin(): Promise<string>
  /** Opens an http or https URL in the browser; false where there is none. */
  openUrl(url: string): Promise<boolean>
  interrupts: Interrupts
}
