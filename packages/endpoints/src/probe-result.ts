import type { CertificateReport } from "@alienplatform/core"

export type ProbeResult =
  | {
      outcome: "ok"
      /** null: a connection was accepted, and nothing was asked. */
      status: number | null
      certificate: CertificateReport | null
    }
  | {
      outcome: "failed"
      code: "probe_failed" | "tls_invalid"
      message: string
      expected?: string
      observed?: string
      /** How far it came; `connect`: nothing accepted the connection. */
      phase: ProbePhase
    }
  | { outcome: "not_possible"; code: "probe_not_possible_from_here"; message: string; observed?: string }
  | { outcome: "given_up" }

/** How far a probe came. */
export type ProbePhase = "connect" | "handshake" | "answer"
