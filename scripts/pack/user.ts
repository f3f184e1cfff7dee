import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type CommandOptions, runAlien } from "../demo/command.ts"
import { type Serving, serve } from "../demo/serve.ts"
import { stopLocal } from "../demo/stop-local.ts"
import { type NpmOptions, npm, userEnvironment } from "./npm.ts"
import { kill, processesOf } from "./processes.ts"

/** Somebody who has Node 24, npm and an empty folder, and nothing of the checkout. */
export interface User extends AsyncDisposable {
  /** Of everything that is written, for us and for them. */
  directory: string
  /** Their empty folder. */
  project: string
  npmOptions: NpmOptions
  npm(args: readonly string[]): Promise<string>
  /** Runs one command line in the project and answers with its stdout. Throws unless it ends with 0. */
  alien(args: readonly string[], where?: "global" | "project"): Promise<string>
  /** `alien serve` of the project's own in the background; later commands find it. */
  serve(): Promise<Serving>
}

/** Disposing stops what it started and removes the directory. Throws when a process had to be killed. */
export async function newUser(signal: AbortSignal): Promise<User> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "alien-pack-")))
  const path = join(directory, "path")
  const project = join(directory, "project")
  const home = join(directory, "home")
  const data = join(directory, "data")
  await mkdir(path)
  await mkdir(project)
  await symlink(process.execPath, join(path, "node"))
  const environment = userEnvironment(process.env, path)
  const options: CommandOptions = { cwd: project, environment: { ...environment, ALIEN_HOME: home }, signal }
  const commands = { global: join(directory, "global/bin/alien"), project: join(project, "node_modules/.bin/alien") }
  const npmOptions = { cwd: project, environment, signal }
  const served: Serving[] = []
  return {
    directory,
    project,
    npmOptions,
    npm: (args) => npm(args, npmOptions),
    async alien(args, where = "project") {
      const { exit, stdout, stderr } = await runAlien(args, { ...options, installed: commands[where] })
      if (exit === 0) return stdout
      throw new Error(`alien ${args.join(" ")} ended with ${exit}\n${stdout}${stderr}`)
    },
    async serve() {
      // Ctrl-C of ours stops it last, once all is destroyed.
      const { signal: _, ...rest } = options
      const serving = await serve(data, { ...rest, cwd: directory, installed: commands.project })
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
