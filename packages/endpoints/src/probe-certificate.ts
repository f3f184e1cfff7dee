import { createHash } from "node:crypto"
import type { TLSSocket } from "node:tls"
import type { CertificateReport } from "@alienplatform/core"

/** The leaf that a verified connection was shown. */
export function certificateOf(socket: TLSSocket | undefined): CertificateReport | null {
  const leaf = socket?.getPeerX509Certificate()
  if (!leaf) return null
  return {
    sha256: createHash("sha256").update(leaf.raw).digest("hex"),
    hosts: (leaf.subjectAltName ?? "").split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : [])),
    issuer: leaf.issuer,
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
  }
}
