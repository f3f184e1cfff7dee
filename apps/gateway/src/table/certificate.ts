import { X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { isAbsolute, join, normalize } from "node:path"
import { createSecureContext, type SecureContext } from "node:tls"
import type { Route } from "@alienplatform/provider-local/gateway-table"
import { codeOf, problem } from "../problem.ts"

export interface Certificate {
  readonly context: SecureContext
  readonly leaf: X509Certificate
}

/**
 * Reads a route's chain and key. `certificate_unreadable`: a file is missing, lies outside `directory`, is no PEM,
 * or the key is another's. `certificate_host_mismatch`: the leaf does not cover the route's host. A leaf out of
 * date is taken: the client says so better than a refused handshake.
 */
export async function loadCertificate(
  directory: string,
  route: Pick<Route, "host" | "certificate">,
): Promise<Certificate> {
  const { chainFile, keyFile } = route.certificate
  const [cert, key] = await Promise.all([read(directory, chainFile), read(directory, keyFile)])
  let certificate: Certificate
  try {
    certificate = certificateOf(cert, key)
  } catch (error) {
    throw problem("certificate_unreadable", {
      message: `${chainFile} and ${keyFile} are not a PEM chain and its key (${codeOf(error)}); write them again`,
      cause: error,
    })
  }
  if (covers(certificate.leaf, route.host)) return certificate
  throw problem("certificate_host_mismatch", {
    message: `${chainFile} covers ${certificate.leaf.subjectAltName ?? "no host"}, not ${route.host}; give the route a certificate for its host`,
  })
}

/** Throws for what is not a PEM chain and its key. */
export const certificateOf = (cert: string | Buffer, key: string | Buffer): Certificate => ({
  context: createSecureContext({ cert, key, minVersion: "TLSv1.2" }),
  leaf: new X509Certificate(cert),
})

/** By subject alternative names alone, as browsers decide; a wildcard stands for one whole label. */
export const covers = (leaf: X509Certificate, host: string): boolean =>
  leaf.checkHost(host, { subject: "never", partialWildcards: false }) !== undefined

async function read(directory: string, file: string): Promise<Buffer> {
  const relative = normalize(file)
  if (isAbsolute(relative) || relative.startsWith(".."))
    throw problem("certificate_unreadable", {
      message: `certificate file ${JSON.stringify(file)} lies outside ${directory}; copy it there`,
    })
  return readFile(join(directory, relative)).catch((error: unknown) => {
    throw problem("certificate_unreadable", {
      message: `certificate file ${join(directory, relative)} cannot be read (${codeOf(error)}); write it before the table that names it`,
      cause: error,
    })
  })
}
