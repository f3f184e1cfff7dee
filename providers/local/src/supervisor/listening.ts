import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { processGroupOf } from "./identity.ts"

/** The state of a socket that listens, in /proc/net/tcp. */
const LISTEN = "0A"

/**
 * Where the processes of a group listen for TCP: `127.0.0.1:3000`, `[::1]:3000`, sorted; nothing where the system does
 * not tell (there is no /proc). A socket belongs to who holds its inode open.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export function listeningAddresses(group: number): string[] | undefined {
  const pids = processesOf(group)
  if (pids === undefined) return undefined
  const inodes = new Set(pids.flatMap(socketsOf))
  const found = ["tcp", "tcp6"].flatMap((table) => listenersIn(readText(`/proc/${group}/net/${table}`)))
  return [...new Set(found.filter(({ inode }) => inodes.has(inode)).map(({ address }) => address))].sort()
}

function processesOf(group: number): number[] | undefined {
  if (readText(`/proc/${group}/net/tcp`) === "") return undefined
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

function listenersIn(table: string): { address: string; inode: string }[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/)
      const [ip = "", port = ""] = local.split(":")
      return state === LISTEN ? [{ address: `${addressOf(ip)}:${Number.parseInt(port, 16)}`, inode }] : []
    })
}

/** The kernel prints 32 bits at a time, in the order of the machine's bytes; all machines that we run on are little-endian. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".")
  const groups = Array.from({ length: 8 }, (_, index) => bytes.slice(index * 2, index * 2 + 2).join(""))
  // The URL parser knows the short form of IPv6.
  return new URL(`https://[${groups.join(":")}]`).hostname
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
