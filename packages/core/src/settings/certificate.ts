import { z } from "zod"
import { shownValue } from "../validation/seen.ts"
import { CERTIFICATE_NO_OPS } from "./no-ops.ts"

const patternString = (pattern: RegExp, shape: string) =>
  z
    .string()
    .max(2048)
    .regex(pattern, { error: ({ input }) => `must be ${shape}, is ${shownValue(input)}` })

const AWS = z.strictObject({
  certificateArn: patternString(
    /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/,
    "the ARN of an ACM certificate (arn:aws:acm:REGION:ACCOUNT:certificate/ID)",
  ).describe("Certificate in ACM, in the region of the deployment."),
})

const GCP = z.strictObject({
  certificateName: patternString(
    /^(?:projects\/[a-z0-9:.-]+\/locations\/[a-z0-9-]+\/certificates\/)?[A-Za-z][A-Za-z0-9-]{0,62}$/,
    "a Certificate Manager certificate (NAME or projects/P/locations/L/certificates/NAME)",
  ).describe("Certificate in Certificate Manager."),
})

const AZURE = z.strictObject({
  keyVaultCertificateId: patternString(
    /^https:\/\/[A-Za-z0-9.-]+\/(?:certificates|secrets)\/[A-Za-z0-9-]{1,127}(?:\/[A-Za-z0-9]{1,64})?\/?$/,
    "a Key Vault certificate id (https://VAULT.vault.azure.net/certificates/NAME)",
  ).describe("Certificate in Key Vault; without a version it follows rotation."),
  keyVaultResourceId: patternString(
    /^\/subscriptions\/[A-Za-z0-9-]+\/[Rr]esource[Gg]roups\/[\w.()-]+\/providers\/[Mm]icrosoft\.[Kk]ey[Vv]ault\/vaults\/[A-Za-z0-9-]+$/,
    "the resource id of a Key Vault (/subscriptions/…/providers/Microsoft.KeyVault/vaults/NAME)",
  )
    .optional()
    .describe("The vault itself, for access to be granted."),
})

const FILE = z
  .string()
  .max(4096)
  .regex(/^\/[^\0\r\n]*$/, { error: ({ input }) => `must be an absolute path, is ${shownValue(input)}` })

const LOCAL = z.strictObject({
  certificateFile: FILE.describe("PEM chain on the manager's machine, leaf first."),
  keyFile: FILE.describe("PEM private key on the manager's machine."),
})

const pem = (kind: string, pattern: RegExp) =>
  z
    .string({ error: ({ input }) => (input === undefined ? undefined : `must be PEM text (${kind})`) })
    .max(65536, { error: "must be at most 65536 characters" })
    .regex(pattern, { error: `must be PEM text that starts with -----BEGIN ${kind}-----` })

const PEM = z.strictObject({
  certificateChain: pem("CERTIFICATE", /^\s*-----BEGIN CERTIFICATE-----[^\0]*-----END CERTIFICATE-----\s*$/).describe(
    "Leaf first, then the intermediates.",
  ),
  privateKey: pem(
    "PRIVATE KEY",
    /^\s*-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[^\0]*-----END (?:RSA |EC )?PRIVATE KEY-----\s*$/,
  )
    .describe("Key of the leaf, not encrypted. Write-only: never handed out again.")
    .meta({ writeOnly: true }),
})

/** Where each platform finds the certificate. A platform's own member comes before `pem`, which holds for all of them. */
export const CustomCertificate = z.strictObject({
  aws: AWS.optional(),
  gcp: GCP.optional(),
  azure: AZURE.optional(),
  local: LOCAL.optional(),
  pem: PEM.optional(),
  ...CERTIFICATE_NO_OPS,
})
export type CustomCertificate = z.output<typeof CustomCertificate>
