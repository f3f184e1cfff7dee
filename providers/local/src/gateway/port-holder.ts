import { readdir, readFile, readlink } from "node:fs/promises"
import { basename } from "node:path"

const LISTEN = "0A"

/**
 * Who listens on a TCP port, for people: `nginx (pid 12)`. Another user's process cannot be looked into and has no name
 * here; nor has anyone where there is no /proc.
 * @see https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
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
  return text.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/)
    const listening = state === LISTEN && Number.parseInt(local.split(":")[1] ?? "", 16) === port
    return listening ? [`socket:[${inode}]`] : []
  })
}
