import type { EndpointPlan } from "@alienplatform/engine"
import type { Condition } from "./conditions.ts"

/** Whether it works now. waiting: a person has to act. provisioning: ends by itself. */
export type EndpointState = "provisioning" | "ready" | "waiting" | "failed" | "deleting"

/** A record that the customer must create (or, after a removal, delete) in their DNS. */
export interface DnsRecord {
  type: string
  name: string
  value: string
  /** `routing`, `ownership`, `certificate`. */
  purpose: string
  status: "ok" | "missing" | "wrong" | "unverified" | "remove"
}

/** The leaf certificate that a probe was shown and verified. */
export interface CertificateReport {
  /** Lower-case hex of the DER. */
  sha256: string
  /** DNS names that it covers. */
  hosts: string[]
  issuer: string
  /** ISO 8601, UTC. */
  notBefore: string
  notAfter: string
}

/** One DNS name that serves the endpoint. */
export interface HostReport {
  /** null until the cloud has given it. */
  host: string | null
  url: string | null
  kind: "provider" | "custom"
  port: number
  state: EndpointState
  conditions: Condition[]
  /** Where a client that cannot resolve the host connects to, and the authority to trust beside the system's. */
  connect?: { address: string; port: number; certificateAuthorityFile?: string }
  /** It was `ready` at least once. */
  everReady: boolean
}

/** What is known of one declared endpoint: stored as JSON, answered by `/info`. */
export interface EndpointReport {
  /** What a caller should use now: the first custom host that was ever ready, else the provider's. null until known. */
  url: string | null
  host: string | null
  protocol: "http" | "tcp"
  port: number
  /** `*.host` where wildcard subdomains reach the endpoint too. */
  wildcardHost: string | null
  providerUrl: string | null
  /** Of the first custom host. */
  customUrl: string | null
  front: string
  exposure: EndpointPlan["exposure"]
  scope?: string
  limits?: { requestSeconds?: number }
  /** The worst of its hosts'. */
  state: EndpointState
  /** One per type that applies, in order: the worst of its hosts'. */
  conditions: Condition[]
  dnsRecords: DnsRecord[]
  hosts: HostReport[]
  certificate: CertificateReport | null
  /** Entries of others in objects that serve this endpoint. */
  unmanagedHosts: string[]
  /** One of its hosts was `ready` at least once. */
  everReady: boolean
}
