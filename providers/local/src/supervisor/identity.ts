import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"

/** In the environment of every process that the supervisor starts; the value is new for each start. */
export const MARK_VARIABLE = "ALIEN_PROCESS_MARK"

/**
 * When the process `pid` started, as opaque text; nothing when it is gone or a zombie. Process ids are used again,
 * so only pid and start time together name a process. Field 22 of /proc/<pid>/stat counts ticks since boot, so the
 * boot's id goes with it. Where there is no /proc, `ps` tells the second of the start.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function startTimeOf(pid: number): string | undefined {
  const boot = bootId()
  if (boot === undefined) return startTimeByPs(pid)
  const stat = readText(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The second field is the command in parentheses and may hold any character.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return state === "Z" || state === "X" ? undefined : `${boot}/${fields[18]}`
}

/** A process whose start was not recorded because the supervisor died in that moment. Linux only: nothing elsewhere. */
export function findByMark(mark: string): number | undefined {
  // A grandchild inherits the variable; the one we started leads its process group.
  return markedBy(mark).find((pid) => processGroupOf(pid) === pid)
}

/** Kills what one run of a program left behind, whatever group or session it moved to. Linux only: nothing elsewhere. */
export function killLeftBehind(mark: string | null): void {
  if (mark === null) return
  for (const pid of markedBy(mark)) {
    try {
      process.kill(pid, "SIGKILL")
    } catch {
      // It ended meanwhile, or became another user's.
    }
  }
}

function markedBy(mark: string): number[] {
  if (bootId() === undefined) return []
  const wanted = `${MARK_VARIABLE}=${mark}`
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => readText(`/proc/${pid}/environ`)?.split("\0").includes(wanted) === true)
}

/** Linux only: nothing elsewhere, and nothing when it is gone. */
export function processGroupOf(pid: number): number | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2])
}

const bootId = () => readText("/proc/sys/kernel/random/boot_id")?.trim()

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

function startTimeByPs(pid: number): string | undefined {
  try {
    const answer = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim()
    const [state = "", ...started] = answer.split(/\s+/)
    return state === "" || state.startsWith("Z") ? undefined : started.join(" ")
  } catch {
    return undefined
  }
}
