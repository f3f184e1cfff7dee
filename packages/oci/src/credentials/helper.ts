import { spawn } from "node:child_process"
import { z } from "zod"
import { problem } from "../oci-error.ts"
import type { Credentials } from "../registry/credentials.ts"

const Answer = z.object({ Username: z.string(), Secret: z.string().min(1) })

/** A helper that asks a person, or a cloud that does not answer, must not hold up everything. */
const TIMEOUT_MS = 60_000
const MAX_ANSWER_BYTES = 64 * 1024
/** The user name that says that the secret is an identity token. */
const IDENTITY = "<token>"
const NOT_FOUND = "credentials not found in native keychain"

export interface HelperOptions {
  timeoutMs?: number
}

/**
 * Asks `docker-credential-NAME get`, with the registry's name on its stdin. Undefined when it has none.
 * @see https://github.com/docker/docker-credential-helpers#development
 * @throws `registry_credentials_invalid`, without anything that the helper wrote
 */
export async function askHelper(
  name: string,
  registry: string,
  env: Readonly<Record<string, string | undefined>>,
  { timeoutMs = TIMEOUT_MS }: HelperOptions = {},
): Promise<Credentials | undefined> {
  const failed = (why: string, cause?: unknown) =>
    problem("registry_credentials_invalid", {
      message: `the credential helper docker-credential-${name} gives no credentials for ${registry}: ${why}`,
      cause,
    })
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw failed("that is no name of a program")
  const { stdout, exit } = await runHelper(`docker-credential-${name}`, registry, env, timeoutMs).catch((error) => {
    throw failed(error.code === "ENOENT" ? "it is not on the PATH" : String(error.message), error)
  })
  if (exit !== 0 && stdout.trim() === NOT_FOUND) return undefined
  if (exit !== 0) throw failed(`it ends with exit code ${exit}`)
  const answer = parse(stdout)
  if (!answer) throw failed("its answer is not JSON with Username and Secret")
  return answer.Username === IDENTITY
    ? { kind: "identity", token: answer.Secret }
    : { kind: "password", username: answer.Username, password: answer.Secret }
}

function parse(text: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

async function runHelper(
  program: string,
  input: string,
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
): Promise<{ stdout: string; exit: number | string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "ignore"], env: { ...env }, timeout: timeoutMs })
    const chunks: Buffer[] = []
    let size = 0
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_ANSWER_BYTES) child.kill("SIGKILL")
      else chunks.push(chunk)
    })
    child.on("error", reject)
    child.on("close", (code, signal) =>
      resolve({ stdout: Buffer.concat(chunks).toString(), exit: code ?? signal ?? "unknown" }),
    )
    // A helper that ends without reading says why by its exit code.
    child.stdin.on("error", () => {})
    child.stdin.end(input)
  })
}
