import { type ChildProcess, spawn } from "node:child_process"
import { resolve } from "node:path"

const launcher = resolve(import.meta.dirname, "../../bin/alien")

export interface CommandResult {
  /** Exit code; 1 when a signal ended the command. */
  exit: number
  stdout: string
  stderr: string
}

export interface CommandOptions {
  cwd: string
  /** The command's whole environment. */
  environment: Readonly<Record<string, string>>
  /** When aborted, Ctrl-C is sent to the command. */
  signal?: AbortSignal | undefined
  /** Print output on our own terminal instead of capturing it. */
  shown?: boolean
  /** Path of an installed `alien` to run instead of the checkout's. */
  installed?: string
}

/**
 * Starts `bin/alien` as a person would, in a session of its own: Ctrl-C at the terminal reaches only us, and we decide
 * what ends when.
 */
export function startAlien(args: readonly string[], options: CommandOptions): ChildProcess {
  const { cwd, environment, signal, shown, installed } = options
  const output = shown ? "inherit" : "pipe"
  const [program, first] = installed ? [installed, []] : [process.execPath, [launcher]]
  const child = spawn(program, [...first, ...args], {
    cwd,
    env: environment,
    detached: true,
    stdio: ["ignore", output, output],
  })
  const interrupt = () => child.kill("SIGINT")
  signal?.addEventListener("abort", interrupt)
  child.once("close", () => signal?.removeEventListener("abort", interrupt))
  return child
}

/** Runs one command line to its end. Never throws; the result tells how it ended. */
export function runAlien(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = startAlien(args, options)
    const ended: CommandResult = { exit: 1, stdout: "", stderr: "" }
    for (const name of ["stdout", "stderr"] as const)
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        ended[name] += text
      })
    child.once("error", reject)
    child.once("close", (code) => resolve({ ...ended, exit: code ?? 1 }))
  })
}
