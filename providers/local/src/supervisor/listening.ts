import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { tcpListeners } from "../tcp-listeners.ts"
import { processGroupOf } from "./identity.ts"

/**
 * Where the processes of a group listen for TCP: `127.0.0.1:3000`, `[::1]:3000`, sorted; nothing where the system does
 * not tell (there is no /proc).
 */
export function listeningAddresses(group: number): string[] | undefined {
  const pids = processesOf(group)
  if (pids === undefined) return undefined
  // Any that lives knows their network; the one that gave the group its number may have ended.
  const one = pids.find((pid) => readText(`/proc/${pid}/net/tcp`) !== "")
  if (one === undefined) return []
  const inodes = new Set(pids.flatMap(socketsOf))
  const found = ["tcp", "tcp6"].flatMap((table) => tcpListeners(readText(`/proc/${one}/net/${table}`)))
  return [...new Set(found.filter(({ inode }) => inodes.has(inode)).map(({ host, port }) => `${host}:${port}`))].sort()
}

function processesOf(group: number): number[] | undefined {
  if (readText("/proc/self/net/tcp") === "") return undefined
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => processGroupOf(pid) === group)
}

function socketsOf(pid: number): string[] {
  try {
    const directory = `/proc/${pid}/fd`
    return readdirSync(directory).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`${directory}/${fd}`))?.[1] ?? [])
  } catch {
    return [] // It ended meanwhile.
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return "" // Closed meanwhile.
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
