import { mkdtemp, rm } from "node:fs/promises"
import { networkInterfaces, tmpdir } from "node:os"
import { join } from "node:path"
import { connectSupervisor, type SupervisorClient } from "../supervisor/client.ts"
import type { ProcessSpec } from "../supervisor/protocol.ts"

/** An empty directory, removed at the end. */
export async function temporaryDirectory(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "alien-local-"))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** A data directory with a real supervisor, shut down at the end. */
export async function temporarySupervisor(): Promise<
  { dataDirectory: string; runtimeDirectory: string; supervisor: SupervisorClient } & AsyncDisposable
> {
  const { path, ...directory } = await temporaryDirectory()
  const dataDirectory = join(path, "data")
  const runtimeDirectory = join(path, "sockets")
  const supervisor = await connectSupervisor({ dataDirectory, runtimeDirectory })
  return {
    dataDirectory,
    runtimeDirectory,
    supervisor,
    async [Symbol.asyncDispose]() {
      await supervisor.shutdown()
      await directory[Symbol.asyncDispose]()
    },
  }
}

/** A spec of a JavaScript program given as text. */
export const programSpec = (directory: string, program: string, change: Partial<ProcessSpec> = {}): ProcessSpec => ({
  object: "api_process",
  owner: { installation: "ins_a", deployment: "dep_a", node: "api/process", incarnation: 1 },
  command: [process.execPath, "--eval", program],
  cwd: directory,
  environment: {},
  ports: [{ variables: ["PORT"] }],
  logFile: join(directory, "logs", "api.ndjson"),
  graceSeconds: 5,
  fingerprint: "first",
  ...change,
})

/** Asks until the answer is wanted; fails with the last answer after 15 s. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 15_000
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (Date.now() > deadline) throw new Error(`never came; last seen: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Listens on PORT and answers with its own process id. */
export const HAS_IPV6 = Object.values(networkInterfaces()).some((found) =>
  found?.some(({ address }) => address === "::1"),
)

export const SERVER = `
require("node:http").createServer((_, response) => response.end(String(process.pid))).listen(Number(process.env.PORT), "127.0.0.1")
console.log("listening")
`
