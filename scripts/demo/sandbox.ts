import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type CommandOptions, type CommandResult, runAlien } from "./command.ts"
import { type RunningServe, serve } from "./serve.ts"
import { stopLocal } from "./stop-local.ts"

/**
 * A user of their own on this machine: configuration, certificate authority, sockets and data lie in one temporary
 * directory and go with it. Nothing of the real user is read or written.
 */
export interface Sandbox extends AsyncDisposable {
  directory: string
  /** Of its commands, all of it. */
  environment: Readonly<Record<string, string>>
  /** `ALIEN_HOME` of its commands. */
  home: string
  dataDirectory: string
  /** Runs one `alien` command line to its end. */
  alien(args: readonly string[], options?: Partial<CommandOptions>): Promise<CommandResult>
  /** `alien serve` in the background. */
  serve(): Promise<RunningServe>
}

/** Disposing stops the managers, all workloads and the gateway, and removes the directory. */
export async function openSandbox(): Promise<Sandbox> {
  const directory = await mkdtemp(join(tmpdir(), "alien-demo-"))
  const home = join(directory, "home")
  const dataDirectory = join(directory, "data")
  const options: CommandOptions = { cwd: directory, environment: environmentWith(home) }
  const served: RunningServe[] = []
  return {
    directory,
    environment: options.environment,
    home,
    dataDirectory,
    alien: (args, more) => runAlien(args, { ...options, ...more }),
    async serve() {
      const serving = await serve(dataDirectory, options)
      served.push(serving)
      return serving
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(served.map((serving) => serving.stop()))
      await stopLocal({ home, dataDirectory })
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Ours without what would lead the command to another manager or another directory. */
function environmentWith(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("ALIEN_"))
  return { ...(Object.fromEntries(kept) as Record<string, string>), ALIEN_HOME: home }
}
