import { readdir, readFile } from "node:fs/promises"

export interface RunningProcess {
  pid: number
  /** Program and arguments, a space between them. */
  commandLine: string
}

/** Processes whose command line names a folder. Found on Linux only; elsewhere there are none. */
export async function processesOf(folder: string): Promise<RunningProcess[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))
  const all = await Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      commandLine: (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ").trim(),
    })),
  )
  return all.filter(({ pid, commandLine }) => pid !== process.pid && commandLine.includes(folder))
}

/** One that is gone already is fine. */
export function kill({ pid }: RunningProcess): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
