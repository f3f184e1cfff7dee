import { readdir, readFile } from "node:fs/promises"

export interface RunningProcess {
  pid: number
  /** Program and arguments, separated by spaces. */
  commandLine: string
}

/** Finds processes whose command line names a folder. Linux only; elsewhere it finds none. */
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

/** Kills a process; one that has ended already is fine. */
export function kill({ pid }: RunningProcess): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
