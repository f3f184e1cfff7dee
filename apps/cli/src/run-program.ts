import { spawn } from "node:child_process"
import { constants } from "node:os"
import { text } from "node:stream/consumers"

export interface ProgramOptions {
  /** Whole environment, whose PATH finds the program. */
  env: NodeJS.ProcessEnv
  /** True: what it writes is returned; false: it writes where this process does. */
  capture: boolean
  /** Interrupts the program as Ctrl-C does. */
  signal: AbortSignal
}

/** How a program ended. */
export interface ProgramResult {
  /** Exit code; 128 and the number of the signal where one ended it, as shells have it. */
  exitCode: number
  /** What it wrote; empty where it was not captured. */
  stdout: string
  stderr: string
}

/** Runs a program without a shell, with this process's stdin, to its end; undefined where it is not installed. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { env, capture, signal }: ProgramOptions,
): Promise<ProgramResult | undefined> {
  const output = capture ? "pipe" : "inherit"
  const child = spawn(program, [...args], { env, stdio: ["inherit", output, output] })
  const interrupt = () => child.kill("SIGINT")
  signal.addEventListener("abort", interrupt)
  try {
    const [exitCode, stdout, stderr] = await Promise.all([
      new Promise<number>((resolve, reject) => {
        child.once("error", reject)
        child.once("close", (code, killedBy) => resolve(code ?? 128 + constants.signals[killedBy ?? "SIGKILL"]))
      }),
      child.stdout ? text(child.stdout) : "",
      child.stderr ? text(child.stderr) : "",
    ])
    return { exitCode, stdout, stderr }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  } finally {
    signal.removeEventListener("abort", interrupt)
  }
}
