import { readdir, readFile, readlink } from "node:fs/promises"
import { basename } from "node:path"
import { tcpListeners } from "../tcp-listeners.ts"

/**
 * Who listens on a TCP port, for people: `nginx (pid 12)`. Another user's process cannot be looked into and has no name
 * here; nor has anyone where there is no /proc.
 */
export async function holderOf(port: number): Promise<string> {
  const sockets = new Set((await Promise.all(["tcp", "tcp6"].map((table) => listeners(table, port)))).flat())
  const processes = (await readdir("/proc").catch(() => [])).filter((entry) => /^\d+$/.test(entry))
  for (const pid of processes) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")))
    if (!targets.some((target) => sockets.has(target))) continue
    // Not its thread's name, which is "MainThread" for every Node.
    const program = basename(await readlink(`/proc/${pid}/exe`).catch(() => "")).replace(/ \(deleted\)$/, "")
    return `${program || "a process"} (pid ${pid})`
  }
  return "another program"
}

async function listeners(table: string, port: number): Promise<string[]> {
  const text = await readFile(`/proc/net/${table}`, "utf8").catch(() => "")
  return tcpListeners(text).flatMap((listener) => (listener.port === port ? [`socket:[${listener.inode}]`] : []))
}
