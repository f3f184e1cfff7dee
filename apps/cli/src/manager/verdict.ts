import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import { endpointsOf } from "./endpoint-view.ts"

/** How a deploy ended. ready: every URL works. waiting: a person must act. failed: it failed. */
export type Verdict = "ready" | "waiting" | "failed"

/**
 * Tells how a deploy ended; undefined while it goes on. State of an older generation does not count, and nothing is
 * decided while an endpoint may still become ready by itself.
 */
export function verdictOf(info: DeploymentInfoResponse, generation: number): Verdict | undefined {
  if (info.observedGeneration < generation) return undefined
  if (info.status.endsWith("-failed")) return "failed"
  if (info.status !== "running") return undefined
  const states = endpointsOf(info).map(({ state }) => state)
  // Also a state that only a newer manager knows.
  if (states.some((state) => state !== "failed" && state !== "waiting" && state !== "ready")) return undefined
  if (states.includes("failed")) return "failed"
  return states.includes("waiting") ? "waiting" : "ready"
}
