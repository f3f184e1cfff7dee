import { existsSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { openLocalRuntime } from "./sandbox-platform.ts"

const STOP_TIMEOUT_MS = 15_000

/**
 * Stops gateway, workloads and supervisor of a data directory, which outlive the manager on purpose, and returns once
 * the last process has ended. Throws when it stays.
 */
export async function stopLocal({ home, dataDirectory }: { home: string; dataDirectory: string }): Promise<void> {
  // Without it no supervisor was ever started, and asking would start one.
  if (!existsSync(join(dataDirectory, "run"))) return
  const { context, shutdown } = await openLocalRuntime({ home, dataDirectory })
  const { supervisor } = context.local
  const { pid: own } = await supervisor.health()
  const pids = [own, ...(await supervisor.list()).flatMap(({ pid }) => pid ?? [])]
  await shutdown()
  const deadline = Date.now() + STOP_TIMEOUT_MS
  while (pids.some(isRunning)) {
    if (Date.now() > deadline) throw new Error(`process ${pids.filter(isRunning).join(", ")} does not end`)
    await setTimeout(20)
  }
}

/** Does the process exist? */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
