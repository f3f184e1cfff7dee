import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { request } from "node:https"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"

const LAUNCHER = fileURLToPath(new URL("../../../../bin/alien", import.meta.url))

export interface Line {
  event?: string
  result?: unknown
  [member: string]: unknown
}

/** A running `alien dev --json`, a separate process. */
export interface RunningDev {
  /** Resolves with the next line of this event that has these members, after those returned before. */
  next(event: string, members?: Record<string, unknown>): Promise<Line>
  /** Sends Ctrl-C; resolves with the exit code. */
  interrupt(): Promise<number | null>
  /** Kills the command itself with SIGKILL; the launcher ends with it. */
  kill(): Promise<void>
}

/** A folder with a stack, and a separate user. Disposing stops everything that runs and removes both. */
export interface DevSandbox extends AsyncDisposable {
  folder: string
  write(path: string, text: string): Promise<void>
  dev(): RunningDev
  alien(...args: string[]): Promise<{ exit: number; stdout: string; stderr: string }>
  /** Makes a verified GET request to the first endpoint's URL and returns the body. */
  ask(url: string): Promise<string>
  /** Process ids of supervisor, gateway and workloads, also of ended ones. */
  pids(): Promise<number[]>
}

export async function openDevSandbox(files: Readonly<Record<string, string>>): Promise<DevSandbox> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "alien-dev-")))
  const folder = join(root, "project")
  const home = join(root, "home")
  const data = join(folder, ".alien")
  const env = { PATH: process.env.PATH, HOME: root, ALIEN_HOME: home }
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  for (const [path, text] of Object.entries(files)) await write(path, text)
  await mkdir(join(home, "config"), { recursive: true })
  const services = { gateway: { [data]: await unusedPort() }, manager: { [data]: await unusedPort() } }
  await writeFile(join(home, "config", "ports.json"), JSON.stringify({ format: 1, services }))
  const alien = (...args: string[]) =>
    new Promise<{ exit: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [LAUNCHER, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ exit: typeof error?.code === "number" ? error.code : error ? 1 : 0, stdout, stderr }),
      )
    })
  const children: ChildProcess[] = []
  return {
    folder,
    write,
    alien,
    dev() {
      const child = spawn(process.execPath, [LAUNCHER, "dev", "--json"], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "inherit"],
      })
      children.push(child)
      return followDev(child, join(data, "dev.json"))
    },
    ask: async (url) => get(url, await readFile(join(home, "data", "ca", "ca.crt"), "utf8")),
    async pids() {
      const names = (await readdir(join(data, "run"))).filter((name) => name.endsWith(".json"))
      const records = await Promise.all(
        names.map(async (name) => JSON.parse(await readFile(join(data, "run", name), "utf8"))),
      )
      return records.flatMap(({ pid }) => (typeof pid === "number" ? [pid] : []))
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const exited = once(child, "exit")
        child.kill("SIGKILL")
        await exited
      }
      while ((await alien("stop")).stderr.includes("manager_running")) await setTimeout(50)
      await rm(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function followDev(child: ChildProcess, devFile: string): RunningDev {
  const lines: Line[] = []
  let more = Promise.withResolvers<void>()
  /** By event, because which of two comes first is nobody's promise. */
  const used = new Map<string, number>()
  let ended = false
  const reader = createInterface({ input: child.stdout ?? process.stdin })
  reader.on("line", (text) => {
    lines.push(JSON.parse(text))
    more.resolve()
    more = Promise.withResolvers()
  })
  reader.on("close", () => {
    ended = true
    more.resolve()
  })
  return {
    async next(event, members = {}) {
      for (;;) {
        for (let index = used.get(event) ?? 0; index < lines.length; index++) {
          used.set(event, index + 1)
          const line = lines[index]
          if (line?.event === event && Object.entries(members).every(([name, value]) => line[name] === value))
            return line
        }
        if (ended) throw new Error(`alien dev ended without ${event}: ${JSON.stringify(lines, null, 1)}`)
        await more.promise
      }
    },
    async interrupt() {
      const exited = once(child, "exit")
      child.kill("SIGINT")
      return (await exited)[0]
    },
    async kill() {
      const exited = once(child, "exit")
      process.kill(JSON.parse(await readFile(devFile, "utf8")).pid, "SIGKILL")
      await exited
    },
  }
}

const get = (url: string, ca: string) =>
  new Promise<string>((resolve, reject) => {
    const { host, hostname, port, pathname } = new URL(url)
    const options = {
      host: "127.0.0.1",
      port,
      servername: hostname,
      path: pathname,
      headers: { host },
      ca,
      agent: false,
    }
    const sent = request(options, (response) => {
      let body = ""
      response.setEncoding("utf8")
      response.on("data", (text: string) => {
        body += text
      })
      response.on("end", () => resolve(body))
    })
    sent.on("error", reject)
    sent.end()
  })

async function unusedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === "object" && address ? address.port : 1
}
