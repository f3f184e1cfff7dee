import type { Interrupts } from "./interrupt.ts"
import type { ProgramResult } from "./run-program.ts"

/** An output stream for text. */
export interface Sink {
  write(text: string): unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
}

/** The surroundings that a command may use; tests pass their own. */
export interface Context {
  env: Readonly<Record<string, string | undefined>>
  /** Absolute path of the working directory. */
  cwd: string
  /** The user's home directory, absolute. */
  home: string
  stdin: { isTTY?: boolean | undefined }
  stdout: Sink
  stderr: Sink
  fetch: typeof globalThis.fetch
  /** Current time, ms since the epoch. */
  now(): number
  /** Resolves after `ms` or when `signal` is aborted, whichever is first; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Asks a person a yes-or-no question; undefined when they break off. */
  confirm(question: string): Promise<boolean | undefined>
  /** Asks a person for a secret, which is not shown; undefined when they break off. */
  askSecret(question: string): Promise<string | undefined>
  /** Reads all of stdin as text. Throws `usage_invalid` when it is longer than any value may be. */
  readStdin(): Promise<string>
  /** Opens an http or https URL in the browser; false where there is no browser. */
  openUrl(url: string): Promise<boolean>
  /**
   * Runs a program of the PATH with this process's stdin and the arguments as they are; undefined where it is not
   * installed. @param capture true: what it writes is returned instead of shown
   */
  runProgram(program: string, args: readonly string[], capture: boolean): Promise<ProgramResult | undefined>
  interrupts: Interrupts
}
