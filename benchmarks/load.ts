import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { Lane } from "./lane.ts"

/** ms since the epoch. */
export interface Samples {
  /** When each request was due, in the order of the answers. */
  at: Float64Array
  /** How long after that its answer was whole. */
  ms: Float64Array
  /** How many failed, by what was seen. */
  failed: Record<string, number>
}

export interface Load {
  /** When a lane's answer was first this text; asked before or after it happens. */
  seen(lane: string, body: string): Promise<number>
  /** Lets the requests under way end; by name of lane. */
  stop(): Promise<Record<string, Samples>>
}

export type ToLoad = { lanes: Lane[] } | "stop"
export type FromLoad =
  | { seen: { lane: string; body: string; at: number } }
  | { samples: Record<string, Samples> }
  | "ready"

/** Asks from a process of its own, over verified TLS, from when this resolves until `stop`. */
export async function startLoad(lanes: Lane[]): Promise<Load> {
  const child = fork(fileURLToPath(new URL("./load-process.ts", import.meta.url)), { serialization: "advanced" })
  const firsts = new Map<string, PromiseWithResolvers<number>>()
  const first = (lane: string, body: string) => {
    const key = JSON.stringify([lane, body])
    const known = firsts.get(key) ?? Promise.withResolvers<number>()
    firsts.set(key, known)
    return known
  }
  const ready = Promise.withResolvers<void>()
  const samples = Promise.withResolvers<Record<string, Samples>>()
  // Whoever waits for it is told; nobody may be waiting.
  samples.promise.catch(() => undefined)
  child.on("message", (message: FromLoad) => {
    if (message === "ready") ready.resolve()
    else if ("samples" in message) samples.resolve(message.samples)
    else first(message.seen.lane, message.seen.body).resolve(message.seen.at)
  })
  child.once("exit", (code) => {
    const error = new Error(`the load generator ended with ${code}`)
    ready.reject(error)
    samples.reject(error)
    for (const { reject } of firsts.values()) reject(error)
  })
  const tell = (message: ToLoad) => child.send(message)
  tell({ lanes })
  await ready.promise
  return {
    seen: (lane, body) => first(lane, body).promise,
    async stop() {
      const exited = child.exitCode === null ? once(child, "exit") : undefined
      tell("stop")
      const result = await samples.promise
      await exited
      return result
    },
  }
}
