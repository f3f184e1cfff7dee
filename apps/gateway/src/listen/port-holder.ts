import { readdir, readFile, readlink } from "node:fs/promises"
import { basename } from "node:path"

/** Who listens on a local TCP port, in words, as far as `/proc` tells this user. */
export async function portHolder(port: number): Promise<string> {
  const inodes = await listeningInodes(port).catch(() => new Set<string>())
  if (inodes.size === 0) return "another program"
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    if (!(await holdsAny(pid, inodes))) continue
    // Not its thread's name, which is "MainThread" for every Node.
    const program = basename(await readlink(`/proc/${pid}/exe`).catch(() => "")).replace(/ \(deleted\)$/, "")
    return `process ${pid} (${program || "unknown program"})`
  }
  return "a program of another user"
}

/** @see https://docs.kernel.org/networking/proc_net_tcp.html */
async function listeningInodes(port: number): Promise<Set<string>> {
  const inodes = new Set<string>()
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    const lines = (await readFile(file, "utf8").catch(() => "")).split("\n")
    for (const line of lines) {
      const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/)
      if (state === LISTEN && local.endsWith(suffix) && inode !== undefined) inodes.add(`socket:[${inode}]`)
    }
  }
  return inodes
}

const LISTEN = "0A"

async function holdsAny(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")))
  return targets.some((target) => sockets.has(target))
}
