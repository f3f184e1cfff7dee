import { type ChildProcess, spawn } from "node:child_process"
import { resolve } from "node:path"

const launcher = resolve(import.meta.dirname, "../../bin/alien")

export interface CommandResult {
  /** 1 when a signal ended it. */
  exit: number
  stdout: string
  stderr: string
}

export interface CommandOptions {
  cwd: string
  /** All of it. */
  environment: Readonly<Record<string, string>>
  /** Sends Ctrl-C to the command. */
  signal?: AbortSignal | undefined
  /** On our own terminal instead of into the answer. */
  shown?: boolean
  /** File of an installed `alien` instead of the checkout's. */
  installed?: string
}

/**
 * Starts `bin/alien`, as a person would. In a session of its own: Ctrl-C at the terminal reaches only us, and we decide
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

/** Runs one command line to its end; whatever the end is, it does not throw. */
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
