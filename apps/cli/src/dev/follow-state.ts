import type { Client } from "@alienplatform/api/client"
import { codeOf } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import { endpointsOf } from "../manager/endpoint-view.ts"
import { verdictOf } from "../manager/verdict.ts"
import { errorJson } from "../output/failure.ts"
import type { Tell } from "./event.ts"
import type { Shipped } from "./ship.ts"

/** Pause between reads while something is in progress. */
const BUSY_MS = 100
/** Pause between reads otherwise. Each read makes the manager probe the endpoints every few seconds. */
const IDLE_MS = 1000

/** The last installation that was asked for; `since` is its time, ms since the epoch. */
export interface Wanted {
  shipped: Shipped
  since: number
}

/** Reports the deployment's state whenever it changes, until `signal` is aborted. */
export async function followState(
  client: Client,
  /** `from`: the first generation of which the stored state is valid. */
  { wanted, from }: { wanted: () => Wanted; from: number },
  tell: Tell,
  { now, sleep }: Pick<Context, "now" | "sleep">,
  signal: AbortSignal,
): Promise<void> {
  let fresh = false
  let told = ""
  let toldError = ""
  let readyFor: Wanted | undefined
  while (!signal.aborted) {
    const asked = wanted()
    const { id, generation } = asked.shipped.deployment
    let busy = true
    try {
      const info = await client.info(id)
      fresh ||= info.observedGeneration >= from
      const endpoints = endpointsOf(info).map((view) => (fresh ? view : { ...view, state: "provisioning" as const }))
      const state = { event: "state", status: info.status, endpoints } as const
      const text = JSON.stringify(state)
      if (text !== told) tell(state)
      told = text
      const error = info.error ? JSON.stringify(info.error) : ""
      if (info.error && error !== toldError) tell({ event: "failed", what: "deployment", error: errorJson(info.error) })
      toldError = error
      const verdict = verdictOf(info, generation)
      busy = verdict === undefined
      if (verdict === "ready" && readyFor !== asked) {
        readyFor = asked
        tell({ event: "ready", ms: now() - asked.since, endpoints })
      }
    } catch (error) {
      if (signal.aborted) return
      if (codeOf(error) !== toldError) tell({ event: "failed", what: "deployment", error: errorJson(error) })
      toldError = codeOf(error)
      busy = false
    }
    await sleep(busy ? BUSY_MS : IDLE_MS, signal)
  }
}
