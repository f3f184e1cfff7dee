import { connect as connectTcp, type Socket } from "node:net"
import { checkedLookup } from "./lookup.ts"
import type { ProbeResult } from "./probe-result.ts"
import { NO_ROUTE, systemError } from "./system-error.ts"

export interface TcpProbeOptions {
  host: string
  connect: { address: string; port: number }
  /** Until a connection is accepted. */
  timeoutMs: number
  /** How long the connection has to stay open. Default 300. */
  holdMs?: number
  signal?: AbortSignal
}

/** A front accepts before it knows whether anybody listens behind it, and closes then. */
const HOLD_MS = 300

/**
 * Is a TCP connection accepted, and kept for a moment or used? What is asked of the app and what it means is between
 * it and its callers. Never rejects.
 */
export async function probeTcp({ holdMs = HOLD_MS, ...options }: TcpProbeOptions): Promise<ProbeResult> {
  const { host, connect, timeoutMs, signal } = options
  if (signal?.aborted) return { outcome: "given_up" }
  const socket = connectTcp({ host: connect.address, port: connect.port, lookup: checkedLookup })
  const giveUp = () => socket.destroy(new Error("the probe was given up"))
  signal?.addEventListener("abort", giveUp, { once: true })
  try {
    await waitForConnection(socket, timeoutMs)
    const open = await staysOpen(socket, holdMs)
    if (signal?.aborted) return { outcome: "given_up" }
    return open ? { outcome: "ok", status: null, certificate: null } : closedAtOnce(host, connect)
  } catch (error) {
    if (signal?.aborted) return { outcome: "given_up" }
    return notConnected(error, host, connect)
  } finally {
    signal?.removeEventListener("abort", giveUp)
    socket.destroy()
  }
}

const waitForConnection = (socket: Socket, timeoutMs: number) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
    socket.once("close", () => clearTimeout(timer))
    socket.once("error", reject)
    socket.once("connect", () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** true as soon as the other side says something. */
const staysOpen = (socket: Socket, holdMs: number) =>
  new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(true), holdMs)
    const finish = (open: boolean) => {
      clearTimeout(timer)
      resolve(open)
    }
    socket.once("data", () => finish(true))
    socket.once("end", () => finish(false))
    socket.once("close", () => finish(false))
  })

const closedAtOnce = (host: string, { address, port }: TcpProbeOptions["connect"]): ProbeResult => ({
  outcome: "failed",
  code: "probe_failed",
  message: `${address} port ${port} accepted a connection for ${host} and closed it at once: nothing behind it takes it`,
  expected: "a connection that stays open",
  observed: "closed at once",
  phase: "answer",
})

function notConnected(error: unknown, host: string, { address, port }: TcpProbeOptions["connect"]): ProbeResult {
  const { code, message } = systemError(error)
  const to = `${address} port ${port}`
  if (code === "probe_not_possible_from_here" || NO_ROUTE.has(code))
    return {
      outcome: "not_possible",
      code: "probe_not_possible_from_here",
      message: `${host} cannot be asked at ${to} from here: ${message}`,
      observed: code,
    }
  return {
    outcome: "failed",
    code: "probe_failed",
    message: `connecting to ${host} at ${to} failed: ${message}`,
    observed: code || message,
    phase: "connect",
  }
}
