/** The state of a socket that listens. */
const LISTEN = "0A"

export interface TcpListener {
  /** `127.0.0.1`, `[::1]`. */
  host: string
  port: number
  /** Who holds it open holds the link `socket:[inode]`. */
  inode: string
}

/**
 * The listening sockets of a text of /proc/net/tcp or tcp6.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export const tcpListeners = (table: string): TcpListener[] =>
  table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/)
      const [ip = "", port = ""] = local.split(":")
      return state === LISTEN ? [{ host: hostOf(ip), port: Number.parseInt(port, 16), inode }] : []
    })

/** The kernel prints 32 bits at a time, in the order of the machine's bytes; all machines that we run on are little-endian. */
function hostOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".")
  const groups = Array.from({ length: 8 }, (_, index) => bytes.slice(index * 2, index * 2 + 2).join(""))
  // The URL parser knows the short form of IPv6.
  return new URL(`https://[${groups.join(":")}]`).hostname
}
