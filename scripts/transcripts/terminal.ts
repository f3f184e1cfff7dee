import { spawn } from "node:child_process"
import { mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises"
import { delimiter, dirname, join, resolve } from "node:path"
import { createInterface } from "node:readline"
import type { Sandbox } from "../../tests/harness/sandbox.ts"
import { cargoEnvironment } from "./cargo-environment.ts"

const root = resolve(import.meta.dirname, "../..")

export interface ScriptResult {
  /** Exit code of the last command; after a strict run 0 only when every command succeeded. */
  exit: number
  stdout: string
  /** Output as a terminal shows it, stdout and stderr together; only stderr after a strict run. */
  shown: string
}

/** One shell for all samples of a document: variables and folders stay. */
export interface Terminal extends AsyncDisposable {
  /** Folder in which the shell starts. */
  folder: string
  /** Runs a script. `strict` stops at the first command that fails, and ends the shell with it. */
  run(script: string, options?: { strict?: boolean }): Promise<ScriptResult>
}

/** Opens a bash with `alien` and Node 24 on its PATH, and nothing of the real user's but their Rust. */
export async function openTerminal({ directory, home, environment }: Sandbox): Promise<Terminal> {
  const [folder, bin] = [join(directory, "user"), join(directory, "bin")]
  for (const made of [join(folder, ".local/share"), bin]) await mkdir(made, { recursive: true })
  // Where the data of a user lies who has not set ALIEN_HOME, so that documents can name it.
  await symlink(join(home, "data"), join(folder, ".local/share/alien"))
  await symlink(join(root, "bin/alien"), join(bin, "alien"))
  const PATH = [bin, dirname(process.execPath), environment.PATH].join(delimiter)
  const shell = spawn("bash", ["--noprofile", "--norc"], {
    cwd: folder,
    env: { ...environment, ...cargoEnvironment(), PATH, HOME: folder, COLUMNS: "80", NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  })
  const ended = new Promise<undefined>((resolve) => shell.once("close", () => resolve(undefined)))
  const lines = createInterface(shell.stdout)
  const nextLine = () => new Promise<string>((resolve) => lines.once("line", resolve))

  return {
    folder,
    async run(script, { strict = false } = {}) {
      const files = await mkdtemp(join(directory, "run-"))
      const [source, stdout, stderr] = ["script", "stdout", "stderr"].map((name) => join(files, name))
      if (!source || !stdout || !stderr) throw new Error("unreachable")
      await writeFile(source, script)
      const line = nextLine()
      const streams = strict ? `> '${stdout}' 2> '${stderr}'` : `> '${stdout}' 2>&1`
      const mode = strict ? "-eo pipefail" : "+eo pipefail"
      shell.stdin.write(`set ${mode}\n. '${source}' < /dev/null ${streams}\necho "$?"\nset +e\n`)
      const exit = await Promise.race([line, ended])
      const text = (file: string) => readFile(file, "utf8").catch(() => "")
      const said = await text(stdout)
      return { exit: exit === undefined ? 1 : Number(exit), stdout: said, shown: strict ? await text(stderr) : said }
    },
    async [Symbol.asyncDispose]() {
      shell.stdin.on("error", () => undefined)
      shell.stdin.end()
      if (shell.exitCode === null && shell.signalCode === null) shell.kill("SIGKILL")
      await ended
    },
  }
}
