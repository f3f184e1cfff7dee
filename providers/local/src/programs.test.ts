import { readdir, readFile, stat } from "node:fs/promises"
import { connect } from "node:net"
import { type Graph, runDeployment } from "@alienplatform/engine"
import { MemoryStore } from "@alienplatform/engine/testing"
import { expect, test } from "vitest"
import { HOST_TARGET } from "./artifacts/manifest.ts"
import { local as platform } from "./index.ts"
import { storeArtifact, storeFiles } from "./testing/artifact.ts"
import { code, expand, stackOf } from "./testing/expand.ts"
import { testLocal } from "./testing/local.ts"
import { eventually } from "./testing/temporary.ts"
import { programImport } from "./worker-runtime.ts"

/** Answers over HTTP with its process id and what it was told, over TCP with a greeting. */
const PROGRAM = `
import { createServer } from "node:http"
import { lookup } from "node:dns/promises"
import net from "node:net"
const { ALIEN_PORT_SITE, PORT, SECRET, ALIEN_DEPLOYMENT_TOKEN } = process.env
createServer(async (_, response) => {
  const { address } = await lookup("other.dev.localhost")
  response.end(JSON.stringify({ pid: process.pid, same: PORT === ALIEN_PORT_SITE, SECRET, ALIEN_DEPLOYMENT_TOKEN, address }))
}).listen(Number(ALIEN_PORT_SITE), "127.0.0.1")
net.createServer((socket) => socket.end("hello\\n")).listen(Number(process.env.ALIEN_PORT_WIRE), "127.0.0.1")`

/** A machine on which stacks are deployed as the manager would, with a gateway that takes every table. */
async function machine() {
  const found = await testLocal()
  const { local } = found
  const status = async () => ({ ...found.gateway.status, version: (await local.routes.read()).version })
  const store = new MemoryStore()
  const deploy = async (graph: Graph | null, signal?: AbortSignal) => {
    const { outcome } = await runDeployment({
      store,
      lease: store.lease("dep_a", Date.now() + 600_000),
      platform,
      context: { local: { ...local, gateway: { ...local.gateway, status } } },
      installation: "ins_a",
      deployment: "dep_a",
      graph,
      secretKey: new Uint8Array(32),
      ...(signal ? { signal } : {}),
    })
    return outcome
  }
  const graphOf = (resource: { id: string; [key: string]: unknown }) =>
    expand(stackOf(resource), {
      secrets: { SECRET: "hidden" },
      deployment: {
        certificateAuthority: local.authority.certificate,
        artifactsDirectory: `${local.dataDirectory}/artifacts`,
        programCommand: [process.execPath, "--import", programImport()],
        manager: { url: "http://127.0.0.1:7400", tokenOf: (id) => `alien_workload_${id}` },
      },
    }).graph
  const artifact = async (program: string) => ({
    ...code,
    sha256: await storeArtifact(local.dataDirectory, program, { kind: "program", entry: "index.mjs" }),
  })
  /** A file that the system runs by itself: node has its first line for a comment. */
  const executable = async (program: string, target = HOST_TARGET) => {
    const manifest = { kind: "executable", entry: "bin/agent", target } as const
    const sha256 = await storeArtifact(local.dataDirectory, `#!${process.execPath}\n${program}`, manifest)
    return { type: "artifact", sha256, toolchain: { type: "rust", binaryName: "agent" } } as const
  }
  return { ...found, store, deploy, graphOf, artifact, executable }
}

const ask = async (port: number) =>
  (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as { pid: number; [key: string]: unknown }

const greeting = (port: number) =>
  new Promise<string>((resolve, reject) => {
    connect(port, "127.0.0.1")
      .once("data", (data) => resolve(`${data}`.trim()))
      .once("error", reject)
  })

const web = {
  id: "web",
  type: "container",
  replicas: 3,
  publicEndpoints: [
    { name: "site", port: 8080 },
    { name: "wire", port: 5432, protocol: "tcp" },
  ],
}

test("it serves one container by all of its replicas, changes only the difference, and switches when all of the new are ready", async () => {
  await using the = await machine()
  const first = await the.artifact(PROGRAM)
  expect(await the.deploy(the.graphOf({ ...web, code: first }))).toBe("settled")
  const upstreams = async () => {
    const { routes, ports } = await the.local.routes.read()
    return {
      http: routes[0]?.upstreams.map(({ port }) => port) ?? [],
      tcp: ports[0]?.upstreams.map(({ port }) => port) ?? [],
      port: ports[0]?.port,
    }
  }
  const three = await upstreams()
  const answers = await Promise.all(three.http.map(ask))
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(3)
  for (const answer of answers)
    expect(answer).toMatchObject({
      same: true,
      SECRET: "hidden",
      ALIEN_DEPLOYMENT_TOKEN: "alien_workload_web",
      address: "127.0.0.1",
    })
  expect(await Promise.all(three.tcp.map(greeting))).toEqual(["hello", "hello", "hello"])
  expect(three.port).toBe(9443)

  expect(await the.deploy(the.graphOf({ ...web, replicas: 2, code: first }))).toBe("settled")
  const two = await upstreams()
  expect(two.http).toEqual(three.http.slice(0, 2))
  expect(await Promise.all(two.http.map(ask))).toMatchObject(answers.slice(0, 2).map(({ pid }) => ({ pid })))
  expect(await the.local.supervisor.list()).toHaveLength(2)

  expect(
    await the.deploy(the.graphOf({ ...web, replicas: 2, code: await the.artifact(`${PROGRAM}\n// second`) })),
  ).toBe("settled")
  const next = await upstreams()
  expect(next.http.filter((port) => two.http.includes(port))).toEqual([])
  expect(await the.local.supervisor.list()).toHaveLength(2)
  expect(JSON.stringify([await the.store.rows(), the.store.events])).not.toMatch(/hidden|alien_workload/)

  expect(await the.deploy(null)).toBe("destroyed")
  expect(await the.local.supervisor.list()).toEqual([])
  expect(await the.local.routes.read()).toMatchObject({ routes: [], ports: [] })
})

test("it keeps the replicas that serve when the new ones listen elsewhere, and does not switch", async () => {
  await using the = await machine()
  expect(await the.deploy(the.graphOf({ ...web, replicas: 1, code: await the.artifact(PROGRAM) }))).toBe("settled")
  const before = await the.local.routes.read()
  const wrong = PROGRAM.replace("Number(process.env.ALIEN_PORT_WIRE)", "0")
  const over = new AbortController()
  const run = the.deploy(the.graphOf({ ...web, replicas: 2, code: await the.artifact(wrong) }), over.signal)
  const stuck = await eventually(
    () => the.local.supervisor.list(),
    (processes) => processes.filter(({ status, silent }) => status === "starting" && silent.length === 1).length === 2,
  )
  expect(stuck).toHaveLength(3)
  expect(await the.local.routes.read()).toEqual(before)
  over.abort()
  expect(await run).toBe("progressing")
})

test("it runs a private daemon that listens nowhere", async () => {
  await using the = await machine()
  const agent = {
    id: "agent",
    type: "daemon",
    code: await the.artifact("setInterval(() => {}, 1000); console.log('alive')"),
  }
  expect(await the.deploy(the.graphOf(agent))).toBe("settled")
  expect(await the.local.routes.read()).toMatchObject({ routes: [], ports: [] })
  expect(await the.local.supervisor.list()).toMatchObject([{ status: "running", ports: [], lastLines: ["alive"] }])
  const rows = await the.store.rows()
  expect(rows.map(({ node }) => node).sort()).toEqual(["agent/process", "agent/readiness"])
})

test("it runs an executable in its own scratch folder, without node, on the port that it is told", async () => {
  await using the = await machine()
  const program = `require("node:http").createServer((_, response) => response.end(JSON.stringify({
    pid: process.pid, ran: process.argv.slice(1).join(" "), cwd: process.cwd(), SECRET: process.env.SECRET,
  }))).listen(Number(process.env.ALIEN_PORT_SITE), "127.0.0.1")`
  const code = await the.executable(program)
  const site = { ...web, replicas: 1, publicEndpoints: [{ name: "site", port: 8080 }] }
  expect(await the.deploy(the.graphOf({ ...site, code }))).toBe("settled")
  const { routes } = await the.local.routes.read()
  const [running] = await the.local.supervisor.list()
  expect(await ask(routes[0]?.upstreams[0]?.port ?? 0)).toEqual({
    pid: running?.pid,
    ran: `${the.local.dataDirectory}/artifacts/${code.sha256}/bin/agent`,
    cwd: `${the.local.dataDirectory}/scratch/${running?.object}`,
    SECRET: "hidden",
  })
})

test("it does not start an executable of another machine, and says so", async () => {
  await using the = await machine()
  const agent = { id: "agent", type: "daemon", code: await the.executable("", "plan9-vax") }
  expect(await the.deploy(the.graphOf(agent))).toBe("failed")
  expect(await the.local.supervisor.list()).toEqual([])
  expect(JSON.stringify(the.store.events)).toContain("artifact_target_mismatch")
})

/** An artifact of files that a command runs, the first of which may be executed. */
const filesOf = async (the: Awaited<ReturnType<typeof machine>>, files: Record<string, string>, target?: string) => {
  const entries = Object.entries(files).map(
    ([name, text], index) => [{ name: `app/${name}`, mode: index === 0 ? 0o755 : 0o644 }, text] as const,
  )
  const manifest = { kind: "command", root: "app", ...(target ? { target } : {}) } as const
  return { ...code, sha256: await storeFiles(the.local.dataDirectory, manifest, entries) }
}

test("it runs a command in a copy of the artifact's files, one for each replica, until the program is gone", async () => {
  await using the = await machine()
  const program = `#!${process.execPath}
    const fs = require("node:fs")
    fs.appendFileSync("data/notes.txt", "written ")
    require("node:http").createServer((_, response) => response.end(JSON.stringify({
      pid: process.pid, cwd: process.cwd(), text: fs.readFileSync("data/notes.txt", "utf8"), args: process.argv.slice(2),
    }))).listen(Number(process.env.PORT), "127.0.0.1")`
  const made = await filesOf(the, { "bin/run": program, "data/notes.txt": "carried " })
  const site = { ...web, replicas: 2, publicEndpoints: [{ name: "site", port: 8080 }], command: ["bin/run", "--a b"] }
  expect(await the.deploy(the.graphOf({ ...site, code: made }))).toBe("settled")
  const { routes } = await the.local.routes.read()
  const answers = await Promise.all((routes[0]?.upstreams ?? []).map(({ port }) => ask(port)))
  const scratch = `${the.local.dataDirectory}/scratch`
  const folders = (await the.local.supervisor.list()).map(({ object }) => `${scratch}/${object}`)
  expect(answers.map(({ cwd }) => cwd).sort()).toEqual(folders.sort())
  expect(answers).toMatchObject([1, 2].map(() => ({ text: "carried written ", args: ["--a b"] })))
  expect((await stat(folders[0] ?? "")).mode & 0o777).toBe(0o700)
  const stored = `${the.local.dataDirectory}/artifacts/${made.sha256}/app/data/notes.txt`
  expect(await readFile(stored, "utf8")).toBe("carried ")

  expect(await the.deploy(the.graphOf({ ...site, replicas: 1, code: made }))).toBe("settled")
  expect(await readdir(scratch)).toHaveLength(1)
  expect(await the.deploy(null)).toBe("destroyed")
  expect(await readdir(scratch)).toEqual([])
})

test("it starts a module beside the files that travel with it, and may write there", async () => {
  await using the = await machine()
  const module = `import { appendFileSync, readdirSync, readFileSync } from "node:fs"
    appendFileSync("public/page.html", "written")
    console.log(JSON.stringify({ files: readdirSync("."), page: readFileSync("public/page.html", "utf8") }))
    setInterval(() => {}, 1000)`
  const sha256 = await storeFiles(the.local.dataDirectory, { kind: "program", entry: "index.mjs" }, [
    [{ name: "index.mjs" }, module],
    [{ name: "index.mjs.map" }, "{}"],
    [{ name: "node_modules/addon/build.node" }, ""],
    [{ name: "public/page.html" }, "page "],
  ])
  expect(await the.deploy(the.graphOf({ id: "agent", type: "daemon", code: { ...code, sha256 } }))).toBe("settled")
  const [running] = await eventually(
    () => the.local.supervisor.list(),
    ([one]) => one?.lastLines.length === 1,
  )
  expect(JSON.parse(running?.lastLines[0] ?? "")).toEqual({ files: ["public"], page: "page written" })
})

test("it runs node, where a command names it, as every other workload's", async () => {
  await using the = await machine()
  const made = await filesOf(the, { "server.mjs": PROGRAM })
  expect(await the.deploy(the.graphOf({ ...web, replicas: 1, command: ["node", "server.mjs"], code: made }))).toBe(
    "settled",
  )
  const { routes } = await the.local.routes.read()
  expect(await ask(routes[0]?.upstreams[0]?.port ?? 0)).toMatchObject({ address: "127.0.0.1" })
})

test.each<[string, string[], Record<string, string>, string]>([
  ["is not on the PATH", ["no-such-program"], {}, "there is no no-such-program on the PATH"],
  ["is not in the artifact", ["./other"], {}, "there is no ./other in its artifact"],
  ["is not on the machine", ["/no/such/program"], {}, "there is no /no/such/program on this machine"],
  ["is named as on a PATH", ["tool"], {}, "started as ./tool"],
  ["may not be executed", ["./data.txt"], { "data.txt": "" }, "chmod"],
  ["has no interpreter", ["./tool"], {}, "names /no/such/interpreter"],
  ["has no interpreter on the PATH", ["./found"], {}, "names no-such-interpreter"],
])("it does not start a command that %s, and says so", async (_, command, files, message) => {
  await using the = await machine()
  const script = command[0] === "./found" ? "found" : "tool"
  const line = script === "found" ? "#!/usr/bin/env -S no-such-interpreter" : "#!/no/such/interpreter -x"
  const agent = { id: "agent", type: "daemon", command, code: await filesOf(the, { [script]: line, ...files }) }
  expect(await the.deploy(the.graphOf(agent))).toBe("failed")
  expect(await the.local.supervisor.list()).toEqual([])
  expect(await readdir(`${the.local.dataDirectory}/scratch`)).toEqual([])
  const [refused] = the.store.events.filter((event) => JSON.stringify(event).includes("command_not_found"))
  expect(JSON.stringify(refused)).toContain(message)
})

test("it does not start a command whose program is for another machine", async () => {
  await using the = await machine()
  const made = await filesOf(the, { server: "" }, "plan9-vax")
  expect(await the.deploy(the.graphOf({ id: "agent", type: "daemon", command: ["./server"], code: made }))).toBe(
    "failed",
  )
  expect(JSON.stringify(the.store.events)).toContain("artifact_target_mismatch")
})
