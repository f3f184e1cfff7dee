import type { ChildProcess } from "node:child_process"
import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type CommandOptions, runAlien, startAlien } from "../../tests/harness/command.ts"
import { type RunningServe, serve } from "../../tests/harness/serve.ts"
import { stopLocal } from "../../tests/harness/stop-local.ts"
import { type NpmOptions, npm, userEnvironment } from "./npm.ts"
import { kill, processesOf } from "./processes.ts"

/** Which `alien` is run: the checkout's, that of `npm install --global`, or the project's in the folder. */
export type Alien = "checkout" | "global" | "project"

/** A user who has Node 24, npm and an empty folder, and nothing of the checkout but perhaps its `alien`. */
export interface User extends AsyncDisposable {
  /** Directory that holds everything that is written. */
  directory: string
  /** The user's empty folder. */
  folder: string
  npmOptions: NpmOptions
  /** Runs npm, in the user's folder by default. Returns stdout; throws unless it exits with 0. */
  npm(args: readonly string[], folder?: string): Promise<string>
  /** Runs one `alien` command line to its end. Returns stdout; throws unless it exits with 0. */
  run(alien: Alien, args: readonly string[], folder?: string): Promise<string>
  /** Starts an `alien` command line that does not end by itself. */
  start(alien: Alien, args: readonly string[], folder: string): ChildProcess
  /** Starts a project's own `alien serve` in the background; later commands find it. */
  serve(project: string): Promise<RunningServe>
}

/**
 * Makes a user. Disposing stops what it started and removes the directory, and throws when a process had to be killed.
 */
export async function newUser(signal: AbortSignal): Promise<User> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "alien-pack-")))
  const path = join(directory, "path")
  const own = join(directory, "own")
  const home = join(directory, "home")
  const data = join(directory, "data")
  await mkdir(path)
  await mkdir(own)
  await symlink(process.execPath, join(path, "node"))
  const environment = userEnvironment(process.env, path)
  const npmOptions = { cwd: own, environment, signal }
  const served: RunningServe[] = []
  const command = (alien: Alien, folder: string): CommandOptions => ({
    cwd: folder,
    environment: { ...environment, ALIEN_HOME: home },
    signal,
    ...installed(alien, folder),
  })
  const installed = (alien: Alien, folder: string): { installed?: string } => {
    if (alien === "checkout") return {}
    return {
      installed: join(...(alien === "global" ? [directory, "global/bin/alien"] : [folder, "node_modules/.bin/alien"])),
    }
  }
  return {
    directory,
    folder: own,
    npmOptions,
    npm: (args, folder = own) => npm(args, { ...npmOptions, cwd: folder }),
    async run(alien, args, folder = own) {
      const { exit, stdout, stderr } = await runAlien(args, command(alien, folder))
      if (exit === 0) return stdout
      throw new Error(`alien ${args.join(" ")} ended with ${exit}\n${stdout}${stderr}`)
    },
    start: (alien, args, folder) => startAlien(args, command(alien, folder)),
    async serve(project) {
      // Ctrl-C of ours stops it last, once all is destroyed.
      const { signal: _, ...rest } = command("project", project)
      const serving = await serve(data, { ...rest, cwd: directory })
      served.push(serving)
      return serving
    },
    async [Symbol.asyncDispose]() {
      const failure = await stop().catch((error: unknown) => error)
      const left = await processesOf(directory)
      left.forEach(kill)
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
      if (failure !== undefined) throw failure
      if (left.length > 0) throw new Error(`had to be killed: ${left.map(({ commandLine }) => commandLine).join("; ")}`)
    },
  }

  async function stop(): Promise<void> {
    await Promise.all(served.map((serving) => serving.stop()))
    await stopLocal({ home, dataDirectory: data })
  }
}
