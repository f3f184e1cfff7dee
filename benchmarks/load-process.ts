/** The load generator of benchmarks/load.ts: takes its lanes from its parent, and ends when told to or left alone. */
import type { Lane } from "./lane.ts"
import type { FromLoad, Samples, ToLoad } from "./load.ts"
import { openClients, type Send } from "./load-clients.ts"

const now = (): number => performance.timeOrigin + performance.now()
const tell = (message: FromLoad) => process.send?.(message)
let stopped = false

interface Seen {
  at: number[]
  ms: number[]
  failed: Record<string, number>
  bodies: Set<string>
}

const records = new Map<string, Seen>()
const running: Promise<void>[] = []
const closing: (() => void)[] = []

process.on("message", async (message: ToLoad) => {
  if (message !== "stop") {
    await Promise.all(message.lanes.map(open))
    tell("ready")
    return
  }
  stopped = true
  await Promise.all(running)
  for (const close of closing) close()
  const samples: Record<string, Samples> = {}
  for (const [name, { at, ms, failed }] of records)
    samples[name] = { at: Float64Array.from(at), ms: Float64Array.from(ms), failed }
  process.send?.({ samples } satisfies FromLoad, () => process.disconnect())
})
process.once("disconnect", () => process.exit())

async function open(lane: Lane): Promise<void> {
  const record: Seen = { at: [], ms: [], failed: {}, bodies: new Set() }
  records.set(lane.name, record)
  const clients = await openClients(lane)
  for (const [index, { send, close }] of clients.entries()) {
    running.push(ask(send, lane, record, index / clients.length))
    closing.push(close)
  }
}

/**
 * Makes requests until stopped.
 * @param phase 0 to 1: spreads clients of one rate over its period
 */
function ask(send: Send, { name, rate }: Lane, record: Seen, phase: number): Promise<void> {
  const period = rate === undefined ? 0 : 1000 / rate
  let due = now() + phase * period
  return new Promise((resolve) => {
    const next = () => {
      if (stopped) return resolve()
      if (rate === undefined) due = now()
      const wait = due - now()
      if (wait > 1) setTimeout(once, wait)
      else once()
    }
    const once = () => {
      send((failure, body) => {
        const at = now()
        if (failure !== undefined) record.failed[failure] = (record.failed[failure] ?? 0) + 1
        else {
          record.at.push(due)
          record.ms.push(at - due)
          if (!record.bodies.has(body)) {
            record.bodies.add(body)
            tell({ seen: { lane: name, body, at } })
          }
        }
        due += period
        // Not in the same turn: a client that fails at once would never let another one run.
        if (failure === undefined) next()
        else setImmediate(next)
      })
    }
    next()
  })
}
