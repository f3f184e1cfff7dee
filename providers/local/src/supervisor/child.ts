import { spawn } from "node:child_process"
import type { Clock } from "@alienplatform/engine"
import { MARK_VARIABLE, startTimeOf } from "./identity.ts"
import type { RunExit } from "./runner.ts"

/** A process that runs a workload's program. It leads its own process group. */
export interface Child {
  pid: number
  startTime: string
  exited: Promise<RunExit>
}

export interface SpawnOptions {
  command: readonly string[]
  cwd: string
  environment: Readonly<Record<string, string>>
  mark: string
  stdio: ["ignore", number, number]
}

const WATCH_MS = 500

/** Starts a program in a session and process group of its own. Rejects when it cannot be started. */
export async function spawnChild({ command, cwd, environment, mark, stdio }: SpawnOptions): Promise<Child> {
  const [program = "", ...args] = command
  const env = { ...environment, [MARK_VARIABLE]: mark }
  // Node's own refusal repeats the value, which may be a secret.
  if ([...command, ...Object.values(env)].some((value) => value.includes("\0")))
    throw new Error("an argument or an environment variable contains a NUL character")
  const child = spawn(program, args, { cwd, env, detached: true, stdio })
  const exited = new Promise<RunExit>((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })))
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve)
    child.once("error", reject)
  })
  child.unref()
  const pid = child.pid ?? 0
  return { pid, startTime: startTimeOf(pid) ?? "", exited }
}

/** A program that an earlier supervisor started; nothing when it is gone. It is not our child, so we look now and then. */
export function takeOver(pid: number, startTime: string, clock: Clock): Child | undefined {
  if (startTimeOf(pid) !== startTime) return undefined
  const gone = async (): Promise<RunExit> => {
    while (startTimeOf(pid) === startTime) await clock.until(clock.now() + WATCH_MS)
    return { code: null, signal: null }
  }
  return { pid, startTime, exited: gone() }
}

/** Signals every process of the group, grandchildren too, as far as there are any that we may signal. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException
    if (!["ESRCH", "EPERM"].includes(code)) throw error
  }
}

/** SIGTERM to the group, `graceSeconds`, SIGKILL; resolves when the leader is gone and the rest was killed. */
export async function terminate(child: Child, graceSeconds: number, clock: Clock): Promise<void> {
  const ended = new AbortController()
  void child.exited.then(() => ended.abort())
  signalGroup(child.pid, "SIGTERM")
  await clock.until(clock.now() + graceSeconds * 1000, ended.signal)
  signalGroup(child.pid, "SIGKILL")
  await child.exited
}
