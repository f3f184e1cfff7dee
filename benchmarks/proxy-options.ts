import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { openCertificateAuthority } from "@alienplatform/provider-local"
import type { ProxyOptions } from "./proxies.ts"

/** Makes a host's certificate, and an authority for clients to trust, below the directory. */
export async function proxyOptions(options: {
  directory: string
  host: string
  upstream: number
}): Promise<ProxyOptions & { authority: string }> {
  const { directory, host, upstream } = options
  const authority = await openCertificateAuthority({ directory: join(directory, "ca") })
  const { chain, key } = await authority.issue({ host })
  const certificates = join(directory, "certificate")
  const [chainFile, keyFile] = [join(certificates, "chain.pem"), join(certificates, "key.pem")]
  await mkdir(certificates, { mode: 0o700 })
  await writeFile(chainFile, chain)
  await writeFile(keyFile, key, { mode: 0o600 })
  return { directory, host, chainFile, keyFile, upstream, authority: authority.certificate }
}
