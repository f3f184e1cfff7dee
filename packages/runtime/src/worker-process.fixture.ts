import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url))

export interface WorkerProcess extends AsyncDisposable {
  child: ChildProcess
  /** Everything written to stderr so far. */
  errors(): string
  /** The port it says it listens on; rejects when it exits first. */
  port(): Promise<number>
  exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Runs main.ts on an artifact made of these files, on a free port; killed and removed when disposed. */
export async function startWorker(
  files: Record<string, string>,
  environment: Record<string, string> = {},
): Promise<WorkerProcess> {
  const directory = await mkdtemp(join(tmpdir(), "alien-runtime-"))
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content)
  const child = spawn(process.execPath, [MAIN, directory], {
    env: { PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const closed = once(child, "close")
  let errors = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text
  })
  const lines = createInterface({ input: child.stdout })
  const listening = new Promise<number>((resolve, reject) => {
    lines.on("line", (line) => {
      const port = /^listening on port (\d+)$/.exec(line)?.[1]
      if (port) resolve(Number(port))
    })
    child.once("close", () => reject(new Error(`the worker exited before it listened: ${errors}`)))
  })
  listening.catch(() => undefined)
  return {
    child,
    errors: () => errors,
    port: () => listening,
    async exit() {
      const [code, signal] = await closed
      return { code, signal }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL")
      await closed
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** An artifact whose entry is this module text. */
export const artifact = (source: string): Record<string, string> => ({
  "manifest.json": JSON.stringify({ kind: "worker", entry: "index.mjs" }),
  "index.mjs": source,
})
