import type { Condition } from "@alienplatform/core"
import type { EndpointPlan, HostPlan } from "@alienplatform/engine"
import type { Finding } from "./conditions.ts"
import type { ProbeResult } from "./probe-result.ts"
import { endpointUrl } from "./url.ts"

export interface ReachableContext {
  plan: EndpointPlan
  hostPlan: HostPlan
  host: string | undefined
  /** Absent when no probe was made for this judgement. */
  result: ProbeResult | undefined
  target: Finding
  everReady: boolean
  previous: Condition | undefined
  now: number
}

/** How long a new name may take to appear at a cloud's edge before a failing probe counts. */
const PROPAGATION_MS = 10 * 60_000

/** Did the app answer through this host? Nothing when the host has no probe. */
export function judgeReachable(context: ReachableContext): Finding | undefined {
  const { hostPlan, host, result, target, everReady, previous } = context
  if (!hostPlan.probe) return undefined
  if (host === undefined) return pendingFinding("its host is not known yet")
  if (!result || result.outcome === "given_up")
    return previous ? previousFinding(previous) : pendingFinding(`${host} has not been asked yet`)
  switch (result.outcome) {
    case "ok":
      return {
        status: "ok",
        code: null,
        message: `${host} ${result.status === null ? "accepted a connection" : `answered with status ${result.status}`}`,
      }
    case "not_possible":
      return unverifiedFinding(context, host, result.message, result.observed)
    case "failed": {
      if (result.phase === "connect" && context.plan.exposure !== "internet")
        return unverifiedFinding(context, host, result.message, result.observed)
      if (!everReady && target.status !== "ok")
        return pendingFinding(`${host} is asked again once what serves it is settled`)
      return failingFinding(context, result)
    }
  }
}

const pendingFinding = (message: string): Finding => ({
  status: "waiting",
  on: "manager",
  code: "provisioning",
  message,
})

function previousFinding({
  type: _type,
  since: _since,
  observedGeneration: _generation,
  ...finding
}: Condition): Finding {
  return finding
}

/** Not to be seen from here: the finding carries the command with which somebody inside can look. */
function unverifiedFinding(
  { plan, hostPlan }: ReachableContext,
  host: string,
  message: string,
  observed?: string,
): Finding {
  const { probe, port } = hostPlan
  const path = probe?.kind === "tcp" ? "" : (probe?.path ?? "/")
  const url = `${endpointUrl(plan.protocol, host, port)}${path}`
  const command =
    probe?.kind === "tcp" ? `nc -vz '${host}' ${port}` : `curl --show-error '${url.replaceAll("'", "%27")}'`
  return {
    status: "unverified",
    code: "probe_not_possible_from_here",
    message,
    ...(observed === undefined ? {} : { observed }),
    fix: `run where the endpoint can be reached: ${command}`,
  }
}

function failingFinding(
  { hostPlan, everReady, previous, now }: ReachableContext,
  result: Extract<ProbeResult, { outcome: "failed" }>,
): Finding {
  const { code, message, expected, observed, phase } = result
  const details = {
    code,
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(observed === undefined ? {} : { observed }),
  }
  const spreading =
    !everReady &&
    previous?.status !== "failed" &&
    !(previous?.code === code && now - Date.parse(previous.since) >= PROPAGATION_MS)
  if (spreading) return { status: "waiting", on: "provider", ...details }
  if (code === "tls_invalid")
    return { status: "failed", on: hostPlan.kind === "custom" ? "customer" : "provider", ...details }
  return { status: "failed", on: phase === "answer" ? "vendor" : "provider", ...details }
}
