import { readFileSync } from "node:fs"
import { type TcpListener, tcpListeners } from "../tcp-listeners.ts"
import { MARK_VARIABLE } from "./identity.ts"

/**
 * The process of a container, when it is one of this machine: engines in a virtual machine tell of processes over there.
 * Nothing where that cannot be seen.
 */
export function ownPid(pid: number, { container, mark }: { container: string; mark: string }): number | undefined {
  if (pid === 0) return undefined
  const isTheirs =
    readText(`/proc/${pid}/cgroup`).includes(container) ||
    readText(`/proc/${pid}/environ`).split("\0").includes(`${MARK_VARIABLE}=${mark}`)
  return isTheirs ? pid : undefined
}

/** Who listens in the network of a container's process; nothing when the process is gone. */
export function containerListeners(pid: number): TcpListener[] | undefined {
  const texts = ["tcp", "tcp6"].map((table) => readText(`/proc/${pid}/net/${table}`))
  return texts.every((text) => text === "") ? undefined : texts.flatMap(tcpListeners)
}

/** Can the engine reach that port from outside of the container? What listens on its loopback it cannot. */
export const isReachedAt = (port: number, listeners: readonly TcpListener[]): boolean =>
  listeners.some((one) => one.port === port && !isLoopback(one.host))

export const isLoopback = (host: string): boolean => host.startsWith("127.") || host === "[::1]"

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return "" // It is gone, or not ours to see.
  }
}
