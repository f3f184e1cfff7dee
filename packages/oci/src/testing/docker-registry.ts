import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { temporaryDirectory } from "./temporary-directory.ts"

export interface DockerRegistryOptions {
  /** Content of the configuration's `auth`, in JSON, which YAML includes. */
  auth?: (directory: string) => Promise<object>
  /** Paths of PEM files. */
  tls?: { certificate: string; key: string }
}

/** Debian's docker-registry with a data directory of its own, on a free port of this machine. */
export async function startDockerRegistry({ auth, tls }: DockerRegistryOptions = {}) {
  const directory = await temporaryDirectory()
  const configuration = {
    version: "0.1",
    log: { level: "info", formatter: "text" },
    storage: { filesystem: { rootdirectory: join(directory.path, "data") }, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0", ...(tls ? { tls } : {}) },
    ...(auth ? { auth: await auth(directory.path) } : {}),
  }
  const file = join(directory.path, "config.yml")
  await writeFile(file, JSON.stringify(configuration))
  const child = spawn("docker-registry", ["serve", file], { stdio: ["ignore", "ignore", "pipe"] })
  const lines = createInterface({ input: child.stderr })
  const port = await new Promise<string>((resolve, reject) => {
    const seen: string[] = []
    child.once("error", reject)
    child.once("exit", () => reject(new Error(`docker-registry ended:\n${seen.join("\n")}`)))
    lines.on("line", (line) => {
      seen.push(line)
      const [, found] = /listening on 127\.0\.0\.1:(\d+)/.exec(line) ?? []
      if (found) resolve(found)
    })
  })
  return {
    /** As references name it. */
    registry: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit")
      child.kill("SIGTERM")
      await ended
      await directory[Symbol.asyncDispose]()
    },
  }
}
