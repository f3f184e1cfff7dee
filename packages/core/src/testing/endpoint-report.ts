import type { Condition } from "../endpoint/condition.ts"
import type { HostReport } from "../endpoint/host-report.ts"
import type { EndpointReport } from "../endpoint/report.ts"

const SINCE = "2030-01-01T00:00:00.000Z"

/** A target that is settled, unless told otherwise. */
export const aCondition = (changes: Partial<Condition> = {}): Condition => ({
  type: "target",
  status: "ok",
  code: null,
  message: "what serves it is settled",
  since: SINCE,
  observedGeneration: 1,
  ...changes,
})

/** The platform's own name of an endpoint, ready unless told otherwise. */
export const aHostReport = (changes: Partial<HostReport> = {}): HostReport => ({
  host: "api.shop.localhost",
  url: "https://api.shop.localhost:8443",
  kind: "provider",
  port: 8443,
  state: "ready",
  conditions: [aCondition()],
  everReady: true,
  ...changes,
})

/** An endpoint with one host, ready unless told otherwise. */
export const anEndpointReport = (changes: Partial<EndpointReport> = {}): EndpointReport => ({
  url: "https://api.shop.localhost:8443",
  host: "api.shop.localhost",
  protocol: "http",
  port: 8443,
  wildcardHost: null,
  providerUrl: "https://api.shop.localhost:8443",
  customUrl: null,
  front: "local.gateway",
  exposure: "internet",
  state: "ready",
  conditions: [aCondition()],
  dnsRecords: [],
  hosts: [aHostReport()],
  certificate: null,
  unmanagedHosts: [],
  everReady: true,
  ...changes,
})
