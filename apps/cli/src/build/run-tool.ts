import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import type { Readable } from "node:stream"
import { stripVTControlCharacters } from "node:util"
import { interruptedError } from "../manager/poll.ts"

/** Time from SIGTERM to SIGKILL: compilers end at once, a build script may handle the first. */
const GRACE_MS = 1000

export interface ToolRun {
  /** Absolute path to run it in. */
  directory: string
  /** Variables beside ours. */
  environment?: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
  onOutput(line: string): void
  /** Called with each line of stderr; progress that it draws over itself counts as several lines. */
  onError(line: string): void
}

/**
 * Runs a build tool of the `PATH` in its own process group and returns its exit code, or the signal that ended it. When
 * `signal` is aborted, it is ended with all its children. Rejects with the system's error where it cannot be started.
 * @throws `interrupted`
 */
export async function runTool(
  program: string,
  args: readonly string[],
  run: ToolRun,
): Promise<number | NodeJS.Signals> {
  const { directory, environment = {}, signal } = run
  if (signal?.aborted) throw interruptedError()
  const child = spawn(program, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  })
  eachLine(child.stdout, run.onOutput)
  eachLine(child.stderr, (line) => run.onError(stripVTControlCharacters(line)))
  const stopEnding = killOnAbort(child, signal)
  try {
    const [code, by] = (await once(child, "close")) as [number | null, NodeJS.Signals]
    if (signal?.aborted) throw interruptedError()
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
