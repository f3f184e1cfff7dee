import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterEach, beforeEach, describe, expect, test } from "vitest"

const launcher = fileURLToPath(new URL("../../../bin/alien", import.meta.url))

let directory: string
const children: ChildProcess[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-launcher-"))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL")
  await rm(directory, { recursive: true })
})

/** Runs on this Node, which a preloaded file may disguise as an older one. */
async function start(script: string, args: string[], { env = {}, old = false, cwd = directory } = {}) {
  const disguise = join(directory, "old.cjs")
  await writeFile(
    disguise,
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.19.0" } })\n`,
  )
  const run = promisify(execFile)(process.execPath, [...(old ? ["--require", disguise] : []), script, ...args], {
    cwd,
    env: { PATH: "/nowhere", HOME: directory, ...env },
  })
  return run.then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      exit: error.code,
      stdout: error.stdout,
      stderr: error.stderr,
    }),
  )
}

/** A copy of the launcher whose command is `main`, in a folder without node_modules. */
async function copyWith(main: string): Promise<string> {
  const root = join(directory, "copy")
  await mkdir(join(root, "apps/cli/src"), { recursive: true })
  await cp(join(launcher, ".."), join(root, "bin"), { recursive: true })
  await writeFile(join(root, "apps/cli/package.json"), `{"type": "module", "version": "9.8.7"}`)
  await writeFile(join(root, "apps/cli/src/main.ts"), main)
  return join(root, "bin/alien")
}

/** The launcher in a published package whose command is `main`. */
async function installedWith(main: string): Promise<string> {
  const root = join(directory, "node_modules/@alienplatform/cli")
  await mkdir(join(root, "dist"), { recursive: true })
  await cp(join(launcher, ".."), join(root, "bin"), { recursive: true })
  await writeFile(join(root, "package.json"), `{"type": "module", "version": "9.8.7"}`)
  await writeFile(join(root, "dist/main.js"), main)
  return join(root, "bin/alien")
}

/** A folder whose `node` answers --version with `version`, and is this Node otherwise. */
async function pathWith(version: string): Promise<string> {
  const folder = join(directory, `path-${version}`)
  await mkdir(folder)
  const script = `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else exec "${process.execPath}" "$@"; fi\n`
  await writeFile(join(folder, "node"), script)
  await chmod(join(folder, "node"), 0o755)
  return folder
}

describe("--version", () => {
  test("it answers on an old Node, with nothing on the PATH", async () => {
    expect(await start(launcher, ["--version"], { old: true })).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })

  test("it needs neither the command nor a newer Node", async () => {
    const copy = await copyWith("this is no program")
    expect(await start(copy, ["--version"], { old: true })).toMatchObject({ exit: 0, stdout: "9.8.7\n" })
  })
})

describe("which Node", () => {
  const version = "console.log(process.versions.node, process.argv.slice(2).join(' '))"

  test("the running one where it is new enough, and it passes the arguments", async () => {
    const { stdout } = await start(await copyWith(version), ["info", "my shop"])
    expect(stdout).toBe(`${process.versions.node} info my shop\n`)
  })

  test("the bundled one under an old Node, and it finds it through a symlink and from any folder", async () => {
    const link = join(directory, "alien")
    await symlink(launcher, link)
    const { exit, stdout } = await start(link, ["--help"], { old: true, env: { PATH: await pathWith("v18.0.0") } })
    expect(exit).toBe(0)
    expect(stdout).toContain("Usage: alien")
  })

  test("the one on the PATH where no other will do", async () => {
    const env = { PATH: `/nowhere:${await pathWith("v24.3.0")}` }
    const { exit, stdout } = await start(await copyWith(version), ["list"], { old: true, env })
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: `${process.versions.node} list\n` })
  })

  test.each(["v18.19.0", "v22.1.0"])("none with %s on the PATH, and it says what to install", async (found) => {
    const env = { PATH: await pathWith(found) }
    const { exit, stderr } = await start(await copyWith(version), ["list"], { old: true, env })
    expect(exit).toBe(1)
    expect(stderr).toContain("✖ alien needs Node 24 or newer; this is Node 18.19.0")
    expect(stderr).toContain("code  node_too_old")
    expect(stderr).not.toContain("docs/")
  })
})

describe("installed as a package", () => {
  test("it starts the compiled command and answers with the package's version", async () => {
    const installed = await installedWith("console.log(process.argv.slice(2).join(' '))")
    expect(await start(installed, ["info", "shop"])).toMatchObject({ exit: 0, stdout: "info shop\n" })
    expect(await start(installed, ["--version"], { old: true })).toMatchObject({ exit: 0, stdout: "9.8.7\n" })
  })

  test("there is no bundled Node under an old one, so it says what to put on the PATH", async () => {
    const { exit, stderr } = await start(await installedWith(""), ["list"], { old: true })
    expect(exit).toBe(1)
    expect(stderr).toContain("node_too_old")
    expect(stderr).toContain("install Node 24 from https://nodejs.org and put it first on the PATH")
    expect(stderr).not.toContain("npm ci")
  })
})

describe("compiled code", () => {
  const shown = "console.log(String(process.env.NODE_COMPILE_CACHE))"

  test.each([
    [["HOME"], "HOME/.cache/alien/compiled"],
    [["HOME", "XDG_CACHE_HOME"], "XDG_CACHE_HOME/alien/compiled"],
    [["ALIEN_HOME", "XDG_CACHE_HOME"], "ALIEN_HOME/cache/compiled"],
    [["ALIEN_HOME", "NODE_COMPILE_CACHE"], "NODE_COMPILE_CACHE"],
  ])("is kept for the next start in the user's cache; with %j it is %s", async (names, kept) => {
    const env = Object.fromEntries(names.map((name) => [name, join(directory, name)]))
    const { stdout } = await start(await copyWith(shown), ["list"], { env })
    expect(stdout).toBe(`${join(directory, kept)}\n`)
  })

  // Node would try to make such a directory forever, and ignore SIGTERM.
  test.skipIf(process.platform !== "linux").each(["/proc/alien", "/proc/alien/below", "/dev/null"])(
    "is not kept where ALIEN_HOME is %s, where no directory can be made",
    async (home) => {
      const { stdout } = await start(await copyWith(shown), ["list"], { env: { ALIEN_HOME: home } })
      expect(stdout).toBe("undefined\n")
    },
  )

  test("is not kept where the home directory is relative", async () => {
    expect((await start(await copyWith(shown), ["list"], { env: { HOME: "relative" } })).stdout).toBe("undefined\n")
  })
})

describe("being the command", () => {
  test("it keeps the exit code", async () => {
    expect((await start(await copyWith("process.exitCode = 3"), ["info"])).exit).toBe(3)
    expect((await start(launcher, ["no-such-command"])).exit).toBe(2)
  })

  /** Starts a command that says its own pid and every signal, and lives until it is killed. */
  async function living() {
    const copy = await copyWith(
      `for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => console.log(name))
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"))
process.channel.unref()
process.on("SIGHUP", () => process.exit(5))
setInterval(() => {}, 1000)
console.log(process.pid)
`,
    )
    const child = spawn(process.execPath, [copy, "serve"], { stdio: ["ignore", "pipe", "inherit"] })
    children.push(child)
    const [pid] = await once(child.stdout, "data")
    return { child, pid: Number(pid) }
  }

  test("it forwards signals, and the exit code after them", async () => {
    const { child } = await living()
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      child.kill(signal)
      const [said] = await once(child.stdout, "data")
      expect(String(said)).toBe(`${signal}\n`)
    }
    child.kill("SIGHUP")
    expect(await once(child, "exit")).toEqual([5, null])
  })

  test("when it is killed the command does not live on unseen", async () => {
    const { child } = await living()
    const ended = Promise.all([once(child.stdout, "close"), once(child, "exit")])
    child.kill("SIGKILL")
    // The pipe closes when the last process that holds it is gone; otherwise this never ends.
    await ended
    expect(child.signalCode).toBe("SIGKILL")
  })

  test("a command that was killed by a signal ends the launcher by the same", async () => {
    const { child, pid } = await living()
    process.kill(pid, "SIGKILL")
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"])
  })
})
