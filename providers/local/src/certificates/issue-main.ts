/**
 * Issues one certificate, as a process: `issue-main.ts <authority directory> <host>` prints `{ chain, key }`. The gateway
 * runs it for names that lead nowhere, so that the authority's key never lies in the memory of what the network talks to.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { codeOf, problem } from "@alienplatform/core"
import type { IssuedPair } from "../gateway/table.ts"
import { openCertificateAuthority } from "./authority.ts"

try {
  const [directory = "", host = ""] = process.argv.slice(2)
  if (!existsSync(join(directory, "ca.key")))
    throw problem("certificate_authority_corrupt", {
      message: `there is no certificate authority in ${directory}; start the manager, which makes one`,
    })
  const { chain, key } = await (await openCertificateAuthority({ directory })).issue({ host })
  process.stdout.write(JSON.stringify({ chain, key } satisfies IssuedPair))
} catch (error) {
  process.stderr.write(
    `${JSON.stringify({ code: codeOf(error), message: error instanceof Error ? error.message : String(error) })}\n`,
  )
  process.exitCode = 1
}
