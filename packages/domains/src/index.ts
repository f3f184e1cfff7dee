export { isForbiddenAddress } from "./address.ts"
export {
  CONDITION_TYPES,
  type Condition,
  type ConditionStatus,
  type ConditionType,
} from "./conditions.ts"
export { type GateWaits, gateWaits, overdue, overdueAt } from "./gate-waits.ts"
export { type JudgeInput, judgeEndpoint } from "./judge.ts"
export { type ProbeOptions, type ProbeResult, probeHost } from "./probe.ts"
export { neededProbes, type ProbeRequest, probeKey } from "./probe-request.ts"
export type { CertificateReport, DnsRecord, EndpointReport, EndpointState, HostReport } from "./report.ts"
export { resolveConnect, resolveHost, resolvePort, resolveText } from "./resolve.ts"
export { authorityOf, urlOf } from "./url.ts"
