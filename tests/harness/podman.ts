import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { createReadStream } from "node:fs"
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { promisify } from "node:util"
import { parseJson } from "@alienplatform/core"

const run = promisify(execFile)

/** A container engine of its own, with an image in its store. Root runs it. */
export interface Podman extends AsyncDisposable {
  /** Variables by which its own command, and whoever looks for an engine, find it. */
  environment: Readonly<Record<string, string>>
  /** Reference of an image whose entrypoint is Node; what comes after it is the command. */
  image: string
  /** Asks the Docker Engine API. */
  ask(method: string, path: string): Promise<{ status: number; body: unknown }>
  /** Runs a container that is none of ours, until it is disposed. */
  run(name: string, command: readonly string[]): Promise<AsyncDisposable>
  /** Names of all containers, running or not. */
  containers(): Promise<string[]>
  /** Names of networks, but for the engine's own. */
  networks(): Promise<string[]>
}

/** Starts Podman's service on storage of its own, and makes an image from this machine's files: no registry is asked. */
export async function startPodman(): Promise<Podman> {
  await using opened = new AsyncDisposableStack()
  // Short: a socket's path has little room.
  const directory = await mkdtemp(join(tmpdir(), "podman-"))
  opened.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))
  const socket = join(directory, "engine.sock")
  const own = {
    DOCKER_HOST: `unix://${socket}`,
    CONTAINERS_CONF: await writeLimits(directory),
    CONTAINERS_STORAGE_CONF: await writeStorage(directory),
  }
  const environment = { ...process.env, ...own }
  opened.defer(async () => {
    await run("podman", ["rm", "--all", "--force", "--time", "0"], { env: environment })
    await run("podman", ["network", "prune", "--force"], { env: environment })
  })
  const service = spawn("podman", ["system", "service", "--time", "0", `unix://${socket}`], {
    env: environment,
    // It leaves a file where it runs when a container took too much memory.
    cwd: directory,
    stdio: ["ignore", "ignore", "inherit"],
  })
  opened.defer(async () => {
    const exited = once(service, "exit")
    if (service.kill("SIGTERM")) await exited
  })
  const ask = (method: string, path: string, upload?: string) => exchange(socket, method, path, upload)
  while (
    await stat(socket).then(
      () => false,
      () => true,
    )
  )
    await setTimeout(20)
  const { body } = await ask(
    "POST",
    `/images/create?fromSrc=-&repo=localhost/node&${CHANGES}`,
    await writeImage(directory),
  )
  const image = (body as { status?: string }).status ?? ""
  if (!image.startsWith("sha256:")) throw new Error(`podman imported no image: ${JSON.stringify(body)}`)
  const all = opened.move()
  const named = (found: unknown) => found as { Names: string[]; Name: string }[]
  return {
    environment: own,
    image: IMAGE,
    ask,
    async run(name, command) {
      await run("podman", ["run", "--detach", "--name", name, IMAGE, ...command], { env: environment })
      const remove = ["rm", "--force", "--time", "0", name]
      return {
        [Symbol.asyncDispose]: async () => void (await run("podman", remove, { env: environment })),
      }
    },
    containers: async () =>
      named((await ask("GET", "/containers/json?all=true")).body).map(({ Names }) => Names[0]?.replace("/", "") ?? ""),
    networks: async () =>
      named((await ask("GET", "/networks")).body)
        .map(({ Name }) => Name)
        .filter((name) => name !== "podman" && name !== "bridge"),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const MOST = 4_096
const IMAGE = "localhost/node:latest"
const CHANGES = new URLSearchParams({ changes: `ENTRYPOINT ["/bin/node"]` }).toString()

/** A machine that may not raise limits cannot give containers more than it has. */
async function writeLimits(directory: string): Promise<string> {
  const limits = await readFile("/proc/self/limits", "utf8")
  const hard = (name: string) => new RegExp(`^${name} +\\S+ +(\\S+)`, "m").exec(limits)?.[1] ?? "unlimited"
  const limit = (name: string, kind: string) => {
    const value = Math.min(hard(kind) === "unlimited" ? MOST : Number(hard(kind)), MOST)
    return `"${name}=${value}:${value}"`
  }
  const file = join(directory, "containers.conf")
  const ulimits = [limit("nofile", "Max open files"), limit("nproc", "Max processes")].join(", ")
  await writeFile(file, `[containers]\ndefault_ulimits = [${ulimits}]\n`)
  return file
}

async function writeStorage(directory: string): Promise<string> {
  const file = join(directory, "storage.conf")
  const places = `graphroot = "${join(directory, "root")}"\nrunroot = "${join(directory, "run")}"`
  await writeFile(file, `[storage]\ndriver = "vfs"\n${places}\n`)
  return file
}

/** Node and what it loads, as a tar of a root file system. */
async function writeImage(directory: string): Promise<string> {
  const node = process.execPath
  const { stdout } = await run("ldd", [node])
  const libraries = [...new Set(stdout.match(/\/\S+\.so\S*/g) ?? [])]
  const file = join(directory, "image.tar")
  const renamed = "--transform=s,.*/node$,bin/node,"
  await run("tar", ["--create", "--dereference", renamed, "--file", file, node, ...libraries])
  return file
}

function exchange(socketPath: string, method: string, path: string, upload?: string) {
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const sent = request({
      socketPath,
      method,
      path: `/v1.41${path}`,
      headers: { "content-type": "application/x-tar" },
    })
    sent.once("error", reject)
    sent.once("response", async (response) => {
      let text = ""
      for await (const chunk of response) text += chunk
      resolve({ status: response.statusCode ?? 0, body: parseJson(text) })
    })
    if (upload) createReadStream(upload).pipe(sent)
    else sent.end()
  })
}
