import { readFile } from "node:fs/promises"
import { getCACertificates } from "node:tls"

/**
 * PEM of every root that Node or the system trusts, then the authority of `caFile`: `SSL_CERT_FILE` replaces a
 * program's roots, so the file has to hold them all.
 */
export async function bundleWithSystemRoots(caFile: string): Promise<string> {
  const own = await readFile(caFile, "utf8")
  const roots = new Set([...getCACertificates("bundled"), ...getCACertificates("system"), own].map((pem) => pem.trim()))
  return `${[...roots].join("\n")}\n`
}
