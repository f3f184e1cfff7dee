import { type ChildProcess, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { join } from "node:path"
import { parseJson } from "@alienplatform/core"
import { temporaryDirectory } from "./temporary.ts"

interface EngineContainer {
  Id: string
  name: string
  labels: Record<string, string>
  /** As it was asked for. */
  asked: CreateBody
  state: "created" | "running" | "exited"
  code: number
  process: ChildProcess | undefined
  ended: PromiseWithResolvers<void>
  /** Frames as they are sent, with their times. */
  log: { stream: 1 | 2; time: string; text: string }[]
  written: Set<() => void>
}

interface CreateBody {
  Image: string
  Cmd?: string[]
  Env: string[]
  Labels: Record<string, string>
  HostConfig: {
    NetworkMode: string
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]>
    Memory: number
    NanoCpus?: number
    ExtraHosts?: string[]
    Mounts?: { Type: string; Source: string; Target: string; ReadOnly: boolean }[]
  }
}

interface EngineNetwork {
  Name: string
  Driver: string
  Labels: Record<string, string>
}

/** A Docker Engine API on a Unix socket whose containers are Node processes of this machine. */
export interface DockerDouble extends AsyncDisposable {
  socket: string
  containers: Map<string, EngineContainer>
  networks: Map<string, EngineNetwork>
  /** Ids of images by the names that they have. */
  images: Map<string, string>
  /** What a registry has, by `repository:tag`: an id, or the words of its refusal. */
  registry: Map<string, { id: string } | { error: string }>
  /** `METHOD /path` of every call. */
  calls: string[]
  /** Headers of the last pull. */
  pulledWith: IncomingMessage["headers"]
}

type Reply = [status: number, body?: unknown]

export const DOUBLE_IMAGE = `sha256:${"1".repeat(64)}`

/** Starts it with one image, `node:1`; ends what runs in it when it is disposed. */
export async function dockerDouble(): Promise<DockerDouble> {
  const { path, ...directory } = await temporaryDirectory()
  const double: DockerDouble = {
    socket: join(path, "docker.sock"),
    containers: new Map(),
    networks: new Map(),
    images: new Map([["node:1", DOUBLE_IMAGE]]),
    registry: new Map(),
    calls: [],
    pulledWith: {},
    async [Symbol.asyncDispose]() {
      for (const container of double.containers.values()) container.process?.kill("SIGKILL")
      server.closeAllConnections()
      server.close()
      await directory[Symbol.asyncDispose]()
    },
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://docker")
    const route = url.pathname.replace(/^\/v1\.\d+/, "")
    double.calls.push(`${request.method} ${route}`)
    response.setHeader("api-version", "1.47")
    let text = ""
    for await (const chunk of request) text += chunk
    const reply = await answer(double, { request, response, route, query: url.searchParams, body: parseJson(text) })
    if (!reply) return
    const [status, body] = reply
    response.writeHead(status, { "content-type": "application/json" })
    response.end(body === undefined ? "" : JSON.stringify(body))
  })
  server.listen(double.socket)
  await once(server, "listening")
  return double
}

interface Asked {
  request: IncomingMessage
  response: ServerResponse
  route: string
  query: URLSearchParams
  body: unknown
}

async function answer(double: DockerDouble, asked: Asked): Promise<Reply | undefined> {
  const { request, route, query, body } = asked
  const [, kind, ...rest] = route.split("/")
  if (kind === "_ping") return [200, "OK"]
  if (kind === "images" && request.method === "POST") return pull(double, asked)
  if (kind === "images") return image(double, rest.slice(0, -1).join("/"))
  if (kind === "networks") return network(double, asked, rest[0] ?? "")
  if (route === "/containers/create") return create(double, query.get("name") ?? "", body as CreateBody)
  if (route === "/containers/json") return [200, list(double, query)]
  const [id = "", verb = ""] = rest
  const found = [...double.containers.values()].find((one) => one.Id === id || one.name === id)
  if (!found) return [404, { message: `No such container: ${id}` }]
  if (request.method === "DELETE") return remove(double, found)
  switch (verb) {
    case "json":
      return [200, inspected(found)]
    case "start":
      return start(found)
    case "stop":
      found.process?.kill("SIGTERM")
      if (found.state === "running") await found.ended.promise
      return [204]
    case "wait":
      if (found.state !== "exited") await found.ended.promise
      return [200, { StatusCode: found.code }]
    case "logs":
      return logs(found, asked)
    default:
      return [404, { message: `page not found: ${route}` }]
  }
}

function pull(double: DockerDouble, { request, response, query }: Asked): undefined {
  double.pulledWith = request.headers
  const name = `${query.get("fromImage")}:${query.get("tag")}`
  const found = double.registry.get(name) ?? { error: `manifest for ${name} not found: manifest unknown` }
  response.writeHead(200, { "content-type": "application/json" })
  const progress = { id: "layer", status: "Downloading", progressDetail: { current: 30, total: 100 } }
  response.write(`${JSON.stringify(progress)}\n`)
  if ("id" in found) double.images.set(name.replace("docker.io/library/", ""), found.id)
  response.end(`${JSON.stringify("id" in found ? { status: "done" } : found)}\n`)
}

function image({ images }: DockerDouble, name: string): Reply {
  const Id = [...images].find(([known, id]) => known === name || id === name)?.[1]
  if (!Id) return [404, { message: `No such image: ${name}` }]
  return [200, { Id, RepoDigests: [`node@${Id}`], Config: {} }]
}

function network({ networks }: DockerDouble, { request, body }: Asked, name: string): Reply {
  if (request.method === "POST") {
    const made = body as EngineNetwork
    if (networks.has(made.Name)) return [409, { message: `network with name ${made.Name} already exists` }]
    networks.set(made.Name, made)
    return [201, { Id: made.Name }]
  }
  const found = networks.get(name)
  if (!found) return [404, { message: `network ${name} not found` }]
  if (request.method === "DELETE") networks.delete(name)
  return request.method === "DELETE" ? [204] : [200, { ...found, IPAM: { Config: [{ Gateway: "172.18.0.1" }] } }]
}

function create({ containers, images }: DockerDouble, name: string, asked: CreateBody): Reply {
  if (![...images.values()].includes(asked.Image)) return [404, { message: `No such image: ${asked.Image}` }]
  if ([...containers.values()].some((one) => one.name === name))
    return [409, { message: `Conflict. The container name "/${name}" is already in use` }]
  const Id = randomBytes(32).toString("hex")
  containers.set(Id, {
    Id,
    name,
    labels: asked.Labels,
    asked,
    state: "created",
    code: 0,
    process: undefined,
    ended: Promise.withResolvers(),
    log: [],
    written: new Set(),
  })
  return [201, { Id, Warnings: [] }]
}

/** Ports inside are not a container's own here: the variables that name them name the published ones. */
function start(container: EngineContainer): Reply {
  const { asked } = container
  const published = new Map(
    Object.entries(asked.HostConfig.PortBindings).map(([inside, [to]]) => [inside.split("/")[0], to?.HostPort]),
  )
  const env = Object.fromEntries(
    asked.Env.map((line) => {
      const equals = line.indexOf("=")
      const [key, value] = [line.slice(0, equals), line.slice(equals + 1)]
      return [key, key.includes("PORT") ? (published.get(value) ?? value) : value]
    }),
  )
  const child = spawn(process.execPath, asked.Cmd ?? [], { env, stdio: ["ignore", "pipe", "pipe"] })
  container.process = child
  container.state = "running"
  const listen = (stream: 1 | 2) => (text: string) => {
    for (const line of text.split(/(?<=\n)/)) container.log.push({ stream, time: new Date().toISOString(), text: line })
    for (const tell of container.written) tell()
  }
  child.stdout.setEncoding("utf8").on("data", listen(1))
  child.stderr.setEncoding("utf8").on("data", listen(2))
  child.once("close", (code, signal) => {
    container.state = "exited"
    container.code = code ?? (signal === "SIGKILL" ? 137 : 143)
    container.ended.resolve()
    for (const tell of container.written) tell()
  })
  return [204]
}

async function remove({ containers }: DockerDouble, container: EngineContainer): Promise<Reply> {
  container.process?.kill("SIGKILL")
  if (container.state === "running") await container.ended.promise
  containers.delete(container.Id)
  return [204]
}

/** Without a process, as of an engine in a virtual machine. */
const inspected = ({ Id, name, labels, state }: EngineContainer) => ({
  Id,
  Name: `/${name}`,
  Config: { Labels: labels },
  State: { Running: state === "running", Pid: 0 },
})

function list({ containers }: DockerDouble, query: URLSearchParams) {
  const { label = [] } = JSON.parse(query.get("filters") ?? "{}") as { label?: string[] }
  return [...containers.values()]
    .filter(({ labels }) => label.every((text) => labels[text.split("=")[0] ?? ""] === text.split("=")[1]))
    .map(({ Id, state, labels }) => ({ Id, State: state, Labels: labels }))
}

function logs(container: EngineContainer, { response, query }: Asked): undefined {
  const since = Number(query.get("since") ?? 0) * 1000
  response.writeHead(200, { "content-type": "application/vnd.docker.raw-stream" })
  let at = 0
  const send = () => {
    for (; at < container.log.length; at++) {
      const { stream, time, text } = container.log[at] ?? { stream: 1, time: "", text: "" }
      if (Date.parse(time) < since) continue
      const bytes = Buffer.from(`${time} ${text}`)
      const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
      header.writeUInt32BE(bytes.length, 4)
      response.write(Buffer.concat([header, bytes]))
    }
    if (query.get("follow") === "true" && container.state === "running") return
    container.written.delete(send)
    response.end()
  }
  container.written.add(send)
  response.once("close", () => container.written.delete(send))
  send()
}
