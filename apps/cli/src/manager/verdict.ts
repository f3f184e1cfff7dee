import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import { endpointsOf } from "./endpoint-view.ts"

/** ready: every URL works. waiting: a person has to act. failed: it ended, and not well. */
export type Verdict = "ready" | "waiting" | "failed"

/**
 * How a deploy ended; undefined while it goes on. What was found for an older generation says nothing about this
 * one, and nothing is decided while an endpoint may still get there by itself.
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
