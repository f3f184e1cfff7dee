import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Local } from "../context.ts"

/** Puts a certificate of the machine's authority where an entry of the gateway's table names it. */
export async function writeCertificate(
  { dataDirectory, authority }: Local,
  { host, chainFile, keyFile }: { host: string; chainFile: string; keyFile: string },
): Promise<void> {
  const { chain, key } = await authority.issue({ host })
  const at = (file: string) => join(dataDirectory, "gateway", file)
  await mkdir(dirname(at(chainFile)), { recursive: true, mode: 0o700 })
  await writeFile(at(chainFile), chain)
  await writeFile(at(keyFile), key, { mode: 0o600 })
}
