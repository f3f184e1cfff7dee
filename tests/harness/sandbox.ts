import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type CommandOptions, type CommandResult, runAlien } from "./command.ts"
import { type RunningServe, serve } from "./serve.ts"
import { stopLocal } from "./stop-local.ts"

/**
 * A separate user on this machine: configuration, certificate authority, sockets and data are in one temporary
 * directory that is removed at the end. Nothing of the real user is read or written.
 */
export interface Sandbox extends AsyncDisposable {
  directory: string
  /** The whole environment of its commands. */
  environment: Readonly<Record<string, string>>
  /** Directory that `ALIEN_HOME` names. */
  home: string
  dataDirectory: string
  /** Runs one `alien` command line to its end. */
  alien(args: readonly string[], options?: Partial<CommandOptions>): Promise<CommandResult>
  /** Starts `alien serve` in the background. */
  serve(): Promise<RunningServe>
}

/** Opens a sandbox whose commands have `more` variables. Disposing stops the managers, all workloads and the gateway, and removes the directory. */
export async function openSandbox(more: Readonly<Record<string, string>> = {}): Promise<Sandbox> {
  const directory = await mkdtemp(join(tmpdir(), "alien-demo-"))
  const home = join(directory, "home")
  const dataDirectory = join(directory, "data")
  const options: CommandOptions = { cwd: directory, environment: { ...environmentWith(home), ...more } }
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

/** Our environment without variables that would point the command to another manager or directory. */
function environmentWith(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("ALIEN_"))
  return { ...(Object.fromEntries(kept) as Record<string, string>), ALIEN_HOME: home }
}
