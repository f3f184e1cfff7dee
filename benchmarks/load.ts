import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { Lane } from "./lane.ts"

/** Latencies of a lane's requests. */
export interface Samples {
  /** When each request was due, ms since the epoch, in the order of the answers. */
  at: Float64Array
  /** Milliseconds from then until each answer was whole. */
  ms: Float64Array
  /** Number of failures, by what was seen. */
  failed: Record<string, number>
}

export interface Load {
  /**
   * Resolves with the time when a lane's answer was first `body`, ms since the epoch; may be called before or after it
   * happens.
   */
  seen(lane: string, body: string): Promise<number>
  /** Stops once the requests under way have ended; returns the samples by name of lane. */
  stop(): Promise<Record<string, Samples>>
}

export type ToLoad = { lanes: Lane[] } | "stop"
export type FromLoad =
  | { seen: { lane: string; body: string; at: number } }
  | { samples: Record<string, Samples> }
  | "ready"

/** Loads endpoints from another process, over verified TLS, from when this resolves until `stop`. */
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
