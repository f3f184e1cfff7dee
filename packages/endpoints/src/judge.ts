import type { Condition, EndpointReport, EndpointState, HostReport } from "@alienplatform/core"
import type { EndpointPlan, HostPlan, Notice, ObjectRow } from "@alienplatform/engine"
import { dateCondition, worstOfEach } from "./conditions.ts"
import { probeKey } from "./probe-request.ts"
import type { ProbeResult } from "./probe-result.ts"
import { judgeReachable } from "./reachable.ts"
import { livingRows, resolveConnect, resolveHost } from "./resolve.ts"
import { judgeTarget } from "./target.ts"
import { endpointUrl } from "./url.ts"

export interface JudgeInput {
  plan: EndpointPlan
  /** All rows of the deployment. */
  rows: readonly ObjectRow[]
  /** By `probeKey`; a host that is not in it keeps what was found before. */
  probes: ReadonlyMap<string, ProbeResult>
  previous: EndpointReport | undefined
  generation: number
  /** Objects that a gate has kept waiting for too long: an update that needs them has failed. Default: none. */
  overdue?: ReadonlySet<string>
  /** What the platform says of nodes that serve. Default: nothing. */
  notices?: readonly Notice[]
  /** ms since the epoch */
  now: number
  /** The deployment or the endpoint is being deleted. */
  deleting: boolean
  /** Where on this machine the authority of the plan's probes is stored; reported so that a client can trust it. */
  certificateAuthorityFile?: string
}

/** What is true of one endpoint now. Pure: the same input gives the same report. */
export function judgeEndpoint(input: JudgeInput): EndpointReport {
  const { plan, rows, previous, deleting } = input
  const hosts = plan.hosts.map((host) => judgeHost(host, input))
  const custom = hosts.filter(({ kind }) => kind === "custom")
  const provider = hosts.find(({ kind }) => kind === "provider")
  const used = custom.find(({ everReady }) => everReady) ?? provider ?? custom[0]
  return {
    url: used?.url ?? null,
    host: used?.host ?? null,
    protocol: plan.protocol,
    port: used?.port ?? 443,
    wildcardHost: null,
    providerUrl: provider?.url ?? null,
    customUrl: custom[0]?.url ?? null,
    front: plan.front,
    exposure: plan.exposure,
    ...(plan.scope === undefined ? {} : { scope: plan.scope }),
    ...(plan.limits === undefined ? {} : { limits: plan.limits }),
    state: deleting ? "deleting" : worstState(hosts),
    conditions: worstOfEach(hosts.flatMap(({ conditions }) => conditions)),
    dnsRecords: [],
    hosts,
    certificate: certificateOf(used, input),
    unmanagedHosts: unmanagedEntries(plan, rows),
    everReady: (previous?.everReady ?? false) || hosts.some(({ everReady }) => everReady),
  }
}

function judgeHost(plan: HostPlan, input: JudgeInput): HostReport {
  const { rows, deleting, previous: report } = input
  const found = resolveHost(plan, rows)
  const previous = report?.hosts.find(
    (other) => other.kind === plan.kind && (found === undefined || other.host === null || other.host === found),
  )
  // What was known stays known while objects go away or are exchanged.
  const host = found ?? previous?.host ?? undefined
  const conditions = deleting ? [] : judgeConditions(plan, host, previous, input)
  const state = deleting ? "deleting" : stateOf(conditions)
  const connect = plan.probe && resolveConnect(plan.probe, rows)
  const trusts = plan.probe?.kind !== "tcp" && plan.probe?.certificateAuthority !== undefined
  const file = trusts ? input.certificateAuthorityFile : undefined
  return {
    host: host ?? null,
    url: host === undefined ? null : endpointUrl(input.plan.protocol, host, plan.port),
    kind: plan.kind,
    port: plan.port,
    state,
    conditions,
    ...(connect ? { connect: { ...connect, ...(file === undefined ? {} : { certificateAuthorityFile: file }) } } : {}),
    everReady: (previous?.everReady ?? false) || state === "ready",
  }
}

function judgeConditions(
  hostPlan: HostPlan,
  host: string | undefined,
  previousHost: HostReport | undefined,
  { plan, rows, probes, generation, overdue = new Set(), notices = [], now }: JudgeInput,
): Condition[] {
  const previous = previousHost?.conditions ?? []
  const before = (type: Condition["type"]) => previous.find((condition) => condition.type === type)
  const everReady = previousHost?.everReady ?? false
  const result = host === undefined ? undefined : probes.get(probeKey(host, hostPlan.port))
  const asked = result !== undefined && result.outcome !== "given_up"
  const answers = asked ? result.outcome === "ok" : before("reachable")?.status === "ok"
  const dating = { previous, now, generation }

  const serving = everReady && answers
  const target = judgeTarget(hostPlan, { rows, serving, previous: before("target"), generation, overdue, notices, now })
  const reached = { plan, hostPlan, host, result, target, everReady, now }
  const reachable = judgeReachable({ ...reached, previous: before("reachable") })
  return [
    dateCondition("target", target, dating),
    ...(reachable ? [dateCondition("reachable", reachable, dating)] : []),
  ]
}

/** failed before waiting before provisioning; unverified conditions hold nothing back. */
function stateOf(conditions: readonly Condition[]): EndpointState {
  if (conditions.some(({ status }) => status === "failed")) return "failed"
  const waiting = conditions.filter(({ status }) => status === "waiting")
  if (waiting.some(({ on }) => on === "customer" || on === "vendor")) return "waiting"
  return waiting.length > 0 ? "provisioning" : "ready"
}

const BAD_TO_GOOD: readonly EndpointState[] = ["failed", "waiting", "provisioning", "ready"]

const worstState = (hosts: readonly HostReport[]): EndpointState =>
  BAD_TO_GOOD.find((state) => hosts.some((host) => host.state === state)) ?? "provisioning"

/** Of the host that callers use: as the last probe saw it. */
function certificateOf(used: HostReport | undefined, { probes, previous }: JudgeInput): EndpointReport["certificate"] {
  if (!used?.host) return null
  const result = probes.get(probeKey(used.host, used.port))
  if (result?.outcome === "ok") return result.certificate
  return previous?.host === used.host ? previous.certificate : null
}

function unmanagedEntries(plan: EndpointPlan, rows: readonly ObjectRow[]): string[] {
  const nodes = new Set(plan.hosts.flatMap(({ target }) => target.map(({ node }) => node)))
  return [...new Set([...nodes].flatMap((node) => livingRows(node, rows)[0]?.unmanaged ?? []))].sort()
}
