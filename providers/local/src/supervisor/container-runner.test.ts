import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { DOUBLE_IMAGE, type DockerDouble, dockerDouble } from "../testing/docker-engine.ts"
import { eventually, temporarySupervisor } from "../testing/temporary.ts"
import { startTimeOf } from "./identity.ts"
import { readLog } from "./log-file.ts"
import type { ProcessSpec, ProcessState } from "./protocol.ts"

const SERVER = `
require("node:http").createServer((_, response) => response.end(String(process.pid))).listen(Number(process.env.PORT))
console.log("listening on " + process.env.PORT)
process.on("SIGTERM", () => process.exit(0))`

const specOf = (directory: string, { socket }: DockerDouble, program = SERVER): ProcessSpec => ({
  object: "web_process",
  owner: { installation: "ins_a", deployment: "dep_a", node: "web/process", incarnation: 1 },
  container: {
    socket,
    image: DOUBLE_IMAGE,
    name: "kabc-web-process",
    alias: "web",
    network: "kabc-network",
    command: ["--eval", program],
    memoryBytes: 64 * 1024 * 1024,
    cpus: 0.5,
    neighbours: { address: "127.0.0.2", hosts: ["api.shop.localhost"], ports: [8443] },
    files: { "/etc/alien/ca.crt": "/srv/ca.crt" },
  },
  environment: { GREETING: "hello" },
  ports: [{ variables: ["PORT", "ALIEN_PORT_WEB"], inside: 8080 }],
  logFile: join(directory, "logs", "web.ndjson"),
  graceSeconds: 5,
  fingerprint: "first",
})

async function machine() {
  await using opened = new AsyncDisposableStack()
  const docker = opened.use(await dockerDouble())
  const { dataDirectory: path, supervisor } = opened.use(await temporarySupervisor())
  const all = opened.move()
  return { path, docker, supervisor, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
type Machine = Awaited<ReturnType<typeof machine>>

const state = ({ supervisor }: Machine, wanted: (state: ProcessState) => boolean) =>
  eventually(
    () => supervisor.get("web_process"),
    (found) => found !== undefined && wanted(found),
  )
const running = (local: Machine) => state(local, ({ status }) => status === "running")
const remove = async ({ supervisor }: Machine) => {
  await supervisor.remove("web_process")
  await eventually(
    () => supervisor.list(),
    (left) => left.length === 0,
  )
}
const killSupervisor = async ({ supervisor }: Machine) => {
  const { pid } = await supervisor.health()
  process.kill(pid, "SIGKILL")
  await eventually(
    async () => startTimeOf(pid),
    (started) => started === undefined,
  )
}
const linesIn = (path: string) => readLog(join(path, "logs", "web.ndjson")).map(({ line }) => line)

test("it runs a container with its limits and its place, told of the ports inside, and removes it with its requests", async () => {
  await using local = await machine()
  await local.supervisor.put(specOf(local.path, local.docker))
  const found = await running(local)
  const [container] = local.docker.containers.values()
  expect(container).toMatchObject({
    name: "kabc-web-process",
    labels: { "alien.object": "web_process", "alien.deployment": "dep_a", "alien.node": "web/process" },
    asked: {
      Image: DOUBLE_IMAGE,
      Env: expect.arrayContaining(["GREETING=hello", "PORT=8080", "ALIEN_PORT_WEB=8080"]),
      HostConfig: {
        NetworkMode: "kabc-network",
        PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: String(found?.ports[0]) }] },
        Memory: 64 * 1024 * 1024,
        NanoCpus: 500_000_000,
        ExtraHosts: ["api.shop.localhost:127.0.0.2"],
        Mounts: [{ Type: "bind", Source: "/srv/ca.crt", Target: "/etc/alien/ca.crt", ReadOnly: true }],
        RestartPolicy: { Name: "no" },
      },
      NetworkingConfig: { EndpointsConfig: { "kabc-network": { Aliases: ["web"] } } },
    },
  })
  expect(JSON.stringify(container?.labels)).not.toContain("hello")
  expect(found).toMatchObject({ pid: null, container: { id: container?.Id, ports: [8080] } })
  expect((await fetch(`http://127.0.0.1:${found?.ports[0]}/`)).status).toBe(200)
  await remove(local)
  expect(local.docker.containers.size).toBe(0)
  expect(linesIn(local.path)).toEqual([`listening on ${found?.ports[0]}`])
})

test("it takes over the container of a supervisor that was killed, and repeats no line", async () => {
  await using local = await machine()
  await local.supervisor.put(specOf(local.path, local.docker))
  const before = await running(local)
  await eventually(
    async () => linesIn(local.path),
    (lines) => lines.length > 0,
  )
  await killSupervisor(local)
  const after = await running(local)
  expect(after).toMatchObject({ ports: before?.ports, container: before?.container, restarts: 0 })
  expect(local.docker.containers.size).toBe(1)
  await remove(local)
  expect(linesIn(local.path)).toEqual([`listening on ${before?.ports[0]}`])
})

test("it counts what ended while nobody looked, and starts it again in a new container", async () => {
  await using local = await machine()
  await local.supervisor.put(specOf(local.path, local.docker))
  await running(local)
  const [first] = local.docker.containers.values()
  await killSupervisor(local)
  first?.process?.kill("SIGKILL")
  await first?.ended.promise
  const found = await state(local, ({ status, restarts }) => status === "running" && restarts > 0)
  expect(found?.exit).toMatchObject({ code: 137, signal: null })
  expect(local.docker.containers.has(first?.Id ?? "")).toBe(false)
  await remove(local)
})

test("it is told with its exit code and last words, and that it cannot be started without its image", async () => {
  await using local = await machine()
  await local.supervisor.put(specOf(local.path, local.docker, `console.error("no database"); process.exit(7)`))
  const found = await state(local, ({ restarts }) => restarts > 0)
  expect(found).toMatchObject({ exit: { code: 7 }, lastLines: ["no database"] })
  const absent = specOf(local.path, local.docker)
  const image = `sha256:${"2".repeat(64)}`
  await local.supervisor.put({ ...absent, fingerprint: "second", container: { ...absent.container, image } as never })
  await state(local, ({ lastLines }) => lastLines.join().includes("No such image"))
  await remove(local)
})

test("it leaves a container of others alone that has its name, and ends what of its own is left over", async () => {
  await using local = await machine()
  const { docker } = local
  await local.supervisor.put(specOf(local.path, docker))
  await running(local)
  await remove(local)
  const theirs = { Id: "theirs", name: "kabc-web-process", labels: {}, state: "created", log: [] } as never
  const leftOver = {
    Id: "left",
    name: "x",
    labels: { "alien.object": "web_process" },
    state: "created",
    log: [],
  } as never
  docker.containers.set("theirs", theirs)
  docker.containers.set("left", leftOver)
  await local.supervisor.put(specOf(local.path, docker))
  await running(local)
  const names = [...docker.containers.values()].map(({ name }) => name)
  expect(names).toEqual(["kabc-web-process", expect.stringMatching(/^kabc-web-process-[a-z0-9]{8}$/)])
  await remove(local)
  expect([...docker.containers.keys()]).toEqual(["theirs"])
})

test("it ends although the engine is gone, and leaves the container to the next supervisor", async () => {
  await using local = await machine()
  await local.supervisor.put(specOf(local.path, local.docker))
  await running(local)
  await local.docker[Symbol.asyncDispose]()
  await local.supervisor.shutdown()
  const record = JSON.parse(readFileSync(join(local.path, "run", "web_process.json"), "utf8"))
  expect(record).toMatchObject({ wanted: true, mark: expect.stringMatching(/./) })
})
