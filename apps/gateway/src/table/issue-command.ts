import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { IssuedPair } from "@alienplatform/provider-local/gateway-table"

/** Issues a leaf certificate for a host. Throws when it cannot. */
export type IssueCertificate = (host: string, signal: AbortSignal) => Promise<IssuedPair>

const TIMEOUT_MS = 5_000

/** Has a program issue it, which is given the host as its last argument and prints the pair. */
export const issueByCommand =
  ([program = "", ...given]: readonly string[]): IssueCertificate =>
  async (host, signal) => {
    const { stdout } = await run(program, [...given, host], { signal, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 })
    return IssuedPair.parse(JSON.parse(stdout))
  }

const run = promisify(execFile)
