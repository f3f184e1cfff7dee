import { type ChildProcessByStdio, spawn } from "node:child_process"
import { once } from "node:events"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"

export type Child = ChildProcessByStdio<null, Readable, Readable>

/** Runs a program of this folder on the Node that runs the tests. */
export function startProgram(name: string, ...args: string[]): Child {
  const major = Number(process.versions.node.split(".")[0])
  if (major < 24) throw new Error(`tests run on Node 24 or later, not ${process.version}: use npm test`)
  const program = fileURLToPath(new URL(name, import.meta.url))
  return spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] })
}

/** Kills it as a power button would, and waits until it is gone and all it wrote was read. */
export async function kill(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, "close")
  child.kill("SIGKILL")
  await closed
}
