/** One client of benchmarks/crowd.ts with thousands of connections, or of requests that it takes back. */
import type { Socket } from "node:net"
import { type CrowdTarget, IDLE, RESETS, reset } from "./crowd-clients.ts"

export interface ToCrowd {
  /** A name of `IDLE` or `RESETS`. */
  kind: string
  target: CrowdTarget
  count: number
}
/** Connections that are open, or the end of the resets. */
export type FromCrowd = "begun" | { open: number }

/** Connections that are being opened at a time. */
const AT_ONCE = 64

const tell = (message: FromCrowd) => process.send?.(message)
const open = new Set<Socket>()

async function hold({ kind, target, count }: ToCrowd): Promise<void> {
  let left = count
  const keepOpening = async () => {
    while (left-- > 0) {
      const socket = await IDLE[kind]?.(target)
      if (socket === undefined) throw new Error(`nobody idles like ${kind}`)
      socket.on("error", () => {}).resume()
      if (socket.destroyed) continue
      open.add(socket)
      socket.once("close", () => open.delete(socket))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, keepOpening))
}

process.once("message", async (message: ToCrowd) => {
  tell("begun")
  if (message.kind in RESETS) await reset(message.target, message.count, RESETS[message.kind])
  else await hold(message)
  tell({ open: open.size })
})
process.once("disconnect", () => process.exit())
