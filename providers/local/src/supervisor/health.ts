import type { Clock } from "@alienplatform/engine"
import { authority, type LoopbackAddress } from "../loopback.ts"
import { askHttp, inWords, isSuccess } from "./ask-http.ts"
import type { HealthSpec } from "./protocol.ts"

const EVERY_MS = 5_000

export interface HealthOptions {
  spec: HealthSpec
  address: LoopbackAddress
  clock: Clock
  /** Ends the watch. */
  signal: AbortSignal
  /** After every check that passed. */
  passed: () => void
}

/**
 * Asks a running program every five seconds. Resolves with what was seen once it failed as many times in a row as the
 * check allows, with nothing when the watch was ended.
 */
export async function untilUnhealthy(options: HealthOptions): Promise<string | undefined> {
  const { spec, address, clock, signal, passed } = options
  const { method, path, timeoutSeconds, failureThreshold } = spec
  for (let failures = 0; ; ) {
    await clock.until(clock.now() + EVERY_MS, signal)
    if (signal.aborted) return undefined
    const question = { ...address, method, path, timeoutMs: timeoutSeconds * 1000 }
    const answer = await askHttp(question).catch((error: Error) => error)
    if (signal.aborted) return undefined
    if (!(answer instanceof Error) && isSuccess(answer)) {
      failures = 0
      passed()
      continue
    }
    failures += 1
    if (failures < failureThreshold) continue
    const row = failures === 1 ? "1 failure" : `${failures} failures in a row`
    return `${method} http://${authority(address)}${path} ${inWords(answer)} (${row}), expected a status from 200 to 399`
  }
}
