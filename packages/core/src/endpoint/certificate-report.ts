import { z } from "zod"

/** The leaf certificate that a probe was shown and verified. */
export const CertificateReport = z.object({
  sha256: z.string().describe("Lower-case hex of the DER."),
  hosts: z.array(z.string()).describe("DNS names that it covers."),
  issuer: z.string(),
  notBefore: z.string().describe("ISO 8601, UTC."),
  notAfter: z.string().describe("ISO 8601, UTC."),
})
export type CertificateReport = z.output<typeof CertificateReport>
