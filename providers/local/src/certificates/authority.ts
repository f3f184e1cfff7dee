import { createPrivateKey, X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { codeOf, problem } from "@alienplatform/core"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { type Clock, systemClock } from "@alienplatform/engine"
import { generateAuthority, type KeyPairPem } from "./generate-authority.ts"
import { issueLeaf } from "./issue-leaf.ts"
import type { IssuedCertificate } from "./issued-certificate.ts"
import { publishOnce } from "./publish-once.ts"

export interface CertificateAuthority {
  /** PEM of the root: what clients have to trust. */
  readonly certificate: string
  /** `ca.crt`, for `NODE_EXTRA_CA_CERTS` and `curl --cacert`. */
  readonly certificateFile: string
  /**
   * A leaf for exactly that name: browsers refuse wildcards right under `localhost`. 90 days, server
   * authentication only, valid from five minutes ago; never longer than the authority itself. Throws
   * `certificate_host_not_local` for a name that the authority's name constraints forbid, and
   * `certificate_authority_expired` once the authority has ended.
   */
  issue(request: { host: string }): Promise<IssuedCertificate>
}

/**
 * The user's own authority: `ca.crt` and `ca.key` (0600) in `directory`, made on the first call; of several
 * processes that make it at once one wins and all use its files. It can sign for `localhost` and names below
 * it, nothing else, so that a stolen key impersonates no real site.
 *
 * Files that cannot be used are refused, never replaced, since browsers may already trust them:
 * `certificate_authority_corrupt`, `certificate_authority_key_mismatch`, `certificate_authority_expired`.
 */
export async function openCertificateAuthority(options: {
  directory: string
  clock?: Clock
}): Promise<CertificateAuthority> {
  const { directory, clock = systemClock } = options
  const found = (await load(directory)) ?? (await createOnce(directory, clock))
  const root = verify(found, directory, clock.now())
  return {
    certificate: found.certificate,
    certificateFile: join(directory, "ca.crt"),
    issue: async ({ host }) => {
      ensureInDate(root, directory, clock.now())
      return issueLeaf({ host, authority: found, authorityNotAfter: root.validToDate.getTime(), clock })
    },
  }
}

async function createOnce(directory: string, clock: Clock): Promise<KeyPairPem> {
  const { certificate, key } = await generateAuthority(clock.now())
  await makeDirectory(join(directory, ".."), 0o700)
  const published = await publishOnce(directory, { "ca.crt": certificate, "ca.key": key })
  const found = await load(directory)
  if (found) return found
  throw problem("certificate_authority_corrupt", {
    message: published
      ? `${directory} was emptied while the certificate authority was being created there; start again`
      : `${directory} holds other files and no ca.crt and ca.key; move them away, the authority is then created there`,
  })
}

/** Nothing when neither file is there. */
async function load(directory: string): Promise<KeyPairPem | undefined> {
  const [certificate, key] = await Promise.all([
    readIfThere(join(directory, "ca.crt")),
    readIfThere(join(directory, "ca.key")),
  ])
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined)
    throw corrupt(directory, `${certificate === undefined ? "ca.crt" : "ca.key"} is missing`)
  return { certificate, key }
}

const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined
    throw problem("certificate_authority_corrupt", {
      message: `${file} of the certificate authority cannot be read (${codeOf(error)}); make it readable for this user`,
      cause: error,
    })
  })

function verify(pair: KeyPairPem, directory: string, now: number): X509Certificate {
  const certificate = parse(pair.certificate, directory)
  if (!certificate.ca || !certificate.verify(certificate.publicKey))
    throw corrupt(directory, "ca.crt is not a self-signed authority")
  if (!belongsTo(certificate, pair.key, directory))
    throw problem("certificate_authority_key_mismatch", {
      message: `ca.key in ${directory} is not the key of ca.crt; restore the pair, or delete both to create a new authority and trust that one instead`,
    })
  ensureInDate(certificate, directory, now)
  return certificate
}

function ensureInDate({ validFromDate, validToDate }: X509Certificate, directory: string, now: number): void {
  if (now < validFromDate.getTime() || now >= validToDate.getTime())
    throw problem("certificate_authority_expired", {
      outcome: "refused",
      message: `the certificate authority in ${directory} is valid from ${validFromDate.toISOString()} to ${validToDate.toISOString()}, and it is ${new Date(now).toISOString()}; check the clock, or delete ca.crt and ca.key to create a new one and trust that one instead`,
    })
}

function parse(pem: string, directory: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw corrupt(directory, "ca.crt is not a PEM certificate", error)
  }
}

function belongsTo(certificate: X509Certificate, key: string, directory: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key))
  } catch (error) {
    throw corrupt(directory, "ca.key is not a PEM private key", error)
  }
}

const corrupt = (directory: string, what: string, cause?: unknown) =>
  problem("certificate_authority_corrupt", {
    message: `the certificate authority in ${directory} cannot be used: ${what}; restore both files, or delete both to create a new authority and trust that one instead`,
    cause,
  })
