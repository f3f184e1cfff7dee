import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import type { Readable } from "node:stream"
import { stripVTControlCharacters } from "node:util"
import { problem } from "@alienplatform/core/error"
import { interrupted } from "../../manager/poll.ts"
import { PROGRESS_ENVIRONMENT } from "./progress.ts"

/** Time from SIGTERM to SIGKILL: cargo and rustc end at once, a build script may handle the first. */
const GRACE_MS = 1000

export interface CargoRun {
  /** Absolute path to run cargo in; cargo and rustup look for configuration from here upwards. */
  directory: string
  signal?: AbortSignal | undefined
  onOutput(line: string): void
  /** Called with each line of stderr; progress that cargo draws over itself counts as several lines. */
  onError(line: string): void
}

/**
 * Runs cargo in its own process group and returns its exit code, or the signal that ended it. When `signal` is aborted,
 * cargo is ended with all its children.
 * @throws `cargo_not_found`, `interrupted`
 */
export async function runCargo(args: readonly string[], run: CargoRun): Promise<number | NodeJS.Signals> {
  const { directory, signal } = run
  if (signal?.aborted) throw interrupted()
  const child = spawn("cargo", args, {
    cwd: directory,
    env: { ...process.env, ...PROGRESS_ENVIRONMENT },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  })
  eachLine(child.stdout, run.onOutput)
  eachLine(child.stderr, (line) => run.onError(stripVTControlCharacters(line)))
  const stopEnding = killOnAbort(child, signal)
  try {
    const closed = once(child, "close").catch((error) => Promise.reject(notStarted(error)))
    const [code, by] = (await closed) as [number | null, NodeJS.Signals]
    if (signal?.aborted) throw interrupted()
    return code ?? by
  } finally {
    stopEnding()
  }
}

/**
 * Ends the whole group when `signal` is aborted, and when this process exits first; returns a function that stops this.
 */
function killOnAbort(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined
  const kill = () => signalGroup(child, "SIGKILL")
  const end = () => {
    signalGroup(child, "SIGTERM")
    timer = setTimeout(kill, GRACE_MS)
    // Its children may outlive cargo itself, and nobody is left to wait for them.
    child.once("exit", kill)
  }
  signal?.addEventListener("abort", end)
  process.once("exit", kill)
  return () => {
    process.off("exit", kill)
    signal?.removeEventListener("abort", end)
    clearTimeout(timer)
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // All of it is gone.
  }
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = ""
  stream.setEncoding("utf8")
  stream.on("data", (text: string) => {
    const lines = (rest + text).split(/[\r\n]+/)
    rest = lines.pop() ?? ""
    for (const line of lines) take(line)
  })
  stream.on("end", () => {
    if (rest !== "") take(rest)
  })
}

const notStarted = (cause: NodeJS.ErrnoException) =>
  problem("cargo_not_found", {
    message: `there is no cargo that can be run on the PATH ${JSON.stringify(process.env.PATH ?? "")} (${cause.code}), which toolchain "rust" needs`,
    hint: "install Rust, https://rustup.rs, or add the folder of cargo to the PATH",
    cause,
  })
