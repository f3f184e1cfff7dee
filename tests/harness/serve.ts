import { createWriteStream } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { parseJson } from "@alienplatform/core"
import { z } from "zod"
import { type CommandOptions, startAlien } from "./command.ts"

/** The first line that `alien serve --json` prints. */
const Listening = z.object({ event: z.literal("listening"), url: z.string(), token: z.string().optional() })

export interface RunningServe {
  url: string
  /** Admin token; printed only on the first start of a data directory. */
  token: string | undefined
  /** Stops the manager as Ctrl-C does; resolves with the exit code. May be called twice, and after a kill. */
  stop(): Promise<number>
}

/**
 * Starts `alien serve`; its log goes to `serve.log` beside the data. Throws with the log's end when it does not start.
 */
export async function serve(dataDirectory: string, options: CommandOptions): Promise<RunningServe> {
  const logFile = join(options.cwd, "serve.log")
  const child = startAlien(["serve", "--data", dataDirectory, "--json"], options)
  const log = createWriteStream(logFile, { flags: "a", mode: 0o600 })
  // A full disk costs lines of it.
  log.on("error", () => {})
  child.stderr?.pipe(log)
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code) => resolve(code ?? 1))
  })
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  const first = await Promise.race([
    new Promise<string>((resolve) => lines.once("line", resolve)),
    ended.then(() => undefined),
  ])
  const listening = Listening.safeParse(first === undefined ? undefined : parseJson(first))
  if (!listening.success) {
    child.kill("SIGTERM")
    await ended
    throw new Error(`alien serve did not start: ${first ?? ""}\n${await readFile(logFile, "utf8").catch(() => "")}`)
  }
  return {
    url: listening.data.url,
    token: listening.data.token,
    stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT")
      return ended
    },
  }
}
