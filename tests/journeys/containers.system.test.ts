import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { staleAnswers, startLoad } from "../harness/load.ts"
import { type Podman, startPodman } from "../harness/podman.ts"
import { deployProject, stackOf, writeProject } from "../harness/project.ts"
import { endpointTarget } from "../harness/target.ts"
import { getVerified } from "../harness/verified-https.ts"

let podman: Podman
let journey: Journey
beforeAll(async () => {
  podman = await startPodman()
  for (const [name, value] of Object.entries(podman.environment)) vi.stubEnv(name, value)
  journey = await startJourney()
}, 120_000)
afterAll(async () => {
  await journey?.[Symbol.asyncDispose]()
  const left = await podman?.containers()
  await podman?.[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
  expect(left).toEqual([])
}, 120_000)

/** Answers with its version, to `/slow` after a while, with its environment and its host; says which paths it was asked for. */
const server = (version: string) => `
const os = require("node:os")
const answers = { "/env": () => JSON.stringify(process.env), "/host": () => os.hostname() }
const server = require("node:http").createServer(({ url }, response) => {
  if (url.startsWith("/say/")) console.log("asked for " + url.slice(5))
  if (url === "/exit") { console.error("asked to leave"); process.exit(3) }
  const answer = answers[url]?.() ?? "${version}"
  setTimeout(() => response.end(answer), url === "/slow" ? 300 : 0)
})
server.listen(process.env.ALIEN_PORT_WEB, () => console.error("listening on " + process.env.PORT))
process.on("SIGTERM", () => server.close(() => process.exit(0)))`

const container = (program: string, more = "") =>
  `new alien.Container("web").code({ type: "image", image: "${podman.image}" }).command(["-e", ${JSON.stringify(program)}])${more}.publicEndpoint("web", 8080)`
const files = (program: string, more = "") => ({ "alien.ts": stackOf({ web: container(program, more) }) })

const destroy = async (name: string) => {
  const { exit, stderr } = await journey.sandbox.alien(["destroy", name, "--yes"])
  expect(stderr).not.toContain("failed")
  expect(exit).toBe(0)
}

const prefixOf = async (id: string) => (await journey.client.deployment(id)).resourcePrefix
const containersOf = async (id: string) => {
  const prefix = await prefixOf(id)
  return (await podman.containers()).filter((name) => name.startsWith(`${prefix}-`)).sort()
}

test("it runs replicas of an image with its environment, logs them, and leaves nothing but what is not ours", async () => {
  const theirs = await podman.run("theirs", ["-e", "setInterval(() => {}, 1000)"])
  const more = `.replicas(2).environment({ GREETING: "hello" }).memory("256Mi").cpu(0.5)`
  const id = await deployProject(journey, "shop", files(server("one"), more))
  const endpoint = await journey.endpoint("shop", "web")
  expect(await getVerified(endpoint, "/")).toMatchObject({ status: 200, body: "one" })
  const hosts = new Set<string>()
  for (let ask = 0; ask < 4; ask++) hosts.add((await getVerified(endpoint, "/host")).body)
  expect(hosts.size).toBe(2)
  const { body } = await getVerified(endpoint, "/env")
  expect(JSON.parse(body)).toMatchObject({ GREETING: "hello", PORT: "8080", ALIEN_PORT_WEB: "8080" })
  const prefix = await prefixOf(id)
  expect(await containersOf(id)).toEqual([`${prefix}-web-process`, expect.stringMatching(`^${prefix}-web-process-2-`)])
  await getVerified(endpoint, "/say/peas")
  await vi.waitFor(
    async () => expect((await journey.sandbox.alien(["logs", "shop"])).stdout).toContain("asked for peas"),
    10_000,
  )
  await destroy("shop")
  expect(await podman.containers()).toEqual(["theirs"])
  expect(await podman.networks()).toEqual([])
  await theirs[Symbol.asyncDispose]()
}, 180_000)

test("it calls its own URL and its neighbour's over HTTPS, certificates verified, and nothing that it does not link", async () => {
  const program = `
const { api, own } = { api: JSON.parse(process.env.ALIEN_API_BINDING).publicUrl, own: JSON.parse(process.env.ALIEN_WEB_BINDING).publicUrl }
const other = api.replace("api.", "other.")
process.setgid(65534)
process.setuid(65534)
require("node:fs").readFileSync(process.env.SSL_CERT_FILE)
const ask = (url) => fetch(url).then((response) => response.text(), ({ cause }) => cause.code)
const answers = { "/ask": async () => JSON.stringify({ api: await ask(api), own: await ask(own), other: await ask(other) }) }
require("node:http").createServer(async ({ url }, response) => response.end((await answers[url]?.()) ?? "from a container"))
  .listen(process.env.PORT)
process.on("SIGTERM", () => process.exit(0))`
  const worker = (answer: string) => `export default { fetch: () => new Response("${answer}") }`
  const id = await deployProject(journey, "calls", {
    "api/index.ts": worker("from a worker"),
    "other/index.ts": worker("from another"),
    "alien.ts": stackOf({
      api: `new alien.Worker("api").code(source("./api")).publicEndpoint("api")`,
      other: `new alien.Worker("other").code(source("./other")).publicEndpoint("other")`,
      web: container(program, ".link(api)"),
    }),
  })
  const endpoint = await journey.endpoint("calls", "web")
  const answered = async () => JSON.parse((await getVerified(endpoint, "/ask")).body)
  await vi.waitFor(
    async () =>
      expect(await answered()).toEqual({
        api: "from a worker",
        own: "from a container",
        other: expect.stringMatching(/^(?:ENOTFOUND|ECONNREFUSED|EAI_AGAIN)$/),
      }),
    20_000,
  )
  // The next supervisor listens again.
  const supervisor = await journey.supervisor()
  process.kill(supervisor, "SIGKILL")
  await vi.waitFor(async () => expect(await journey.supervisor()).not.toBe(supervisor), 20_000)
  await vi.waitFor(async () => expect(await answered()).toMatchObject({ api: "from a worker" }), 20_000)
  await destroy("calls")
  expect(await containersOf(id).catch(() => [])).toEqual([])
}, 180_000)

test("it updates under load without a failed request", async () => {
  await deployProject(journey, "update", files(server("one"), ".replicas(2)"))
  const load = await startLoad(await journey.endpoint("update", "web"))
  await load.seen("one")
  await deployProject(journey, "update", files(server("two"), ".replicas(2)"))
  await load.seen("two")
  await load.round()
  await load.stop()
  expect(load.failed).toEqual(new Set())
  expect(staleAnswers(load, ["one", "two"])).toEqual([])
  await destroy("update")
}, 180_000)

test("it takes over what runs after kill -9 of supervisor and manager: nothing twice, nothing lost, no line repeated", async () => {
  const id = await deployProject(journey, "kept", files(server("one")))
  const endpoint = await journey.endpoint("kept", "web")
  const { body: before } = await getVerified(endpoint, "/host")
  await getVerified(endpoint, "/say/before")
  const supervisor = await journey.supervisor()
  process.kill(supervisor, "SIGKILL")
  await journey.kill()
  await journey.start()
  await vi.waitFor(async () => expect(await journey.supervisor()).not.toBe(supervisor), 20_000)
  await vi.waitFor(async () => expect((await getVerified(endpoint, "/host")).body).toBe(before), 20_000)
  await getVerified(endpoint, "/say/after")
  const lines = async () => {
    const { stdout } = await journey.sandbox.alien(["logs", "kept", "--json"])
    return ["listening on 8080", "asked for before", "asked for after"].map((line) => stdout.split(line).length - 1)
  }
  await vi.waitFor(async () => expect(await lines()).toEqual([1, 1, 1]), 10_000)
  expect(await containersOf(id)).toHaveLength(1)
  expect(await journey.client.info(id)).toMatchObject({ status: "running" })
  await destroy("kept")
}, 180_000)

describe("a container that does not stay", () => {
  const refused = async (name: string, program: string, more = "") => {
    const cwd = await writeProject(journey, name, files(program, more))
    const { exit, stderr } = await journey.sandbox.alien(["deploy", name, "--yes"], { cwd })
    expect(exit).toBe(1)
    return stderr
  }

  test("is a crash loop with its exit code and last lines", async () => {
    const words = await refused("loop", `console.error("no database"); process.exit(7)`)
    expect(words).toContain("workload_crashed")
    expect(words).toContain("exited with 7")
    expect(words).toContain("no database")
    await destroy("loop")
  }, 120_000)

  test("is told to take too much memory where the engine ended it", async () => {
    const greedy = `const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1))`
    const words = await refused("greedy", greedy, `.memory("64Mi")`)
    expect(words).toContain("exited with 137 (SIGKILL, often for taking more than its memory)")
    await destroy("greedy")
  }, 120_000)

  test("is told that it listens on its own loopback, where nobody reaches it", async () => {
    const program = `require("node:http").createServer().listen(8080, "127.0.0.1")`
    const stack = files(program, ".stopGracePeriod(1)")
    await journey.sandbox.alien(["release"], { cwd: await writeProject(journey, "inward", stack) })
    const { deployment } = await journey.client.createDeployment({ name: "inward", platform: "local" })
    await vi.waitFor(
      async () =>
        expect(await endpointTarget(journey, deployment.id, "web")).toMatchObject({
          code: "port_not_listening",
          observed: ["127.0.0.1:8080"],
          fix: expect.stringContaining("listen on 0.0.0.0"),
        }),
      { timeout: 60_000, interval: 500 },
    )
    await destroy("inward")
  }, 120_000)
})

test("an image that cannot be had is said with the engine's words, and serves once it can", async () => {
  const stack = stackOf({
    web: `new alien.Container("web").code({ type: "image", image: "127.0.0.1:1/nobody/web:1" }).publicEndpoint("web", 8080)`,
  })
  const cwd = await writeProject(journey, "absent", { "alien.ts": stack })
  const { exit, stderr } = await journey.sandbox.alien(["deploy", "absent", "--yes"], { cwd })
  expect(exit).toBe(1)
  expect(stderr).toContain("image_unavailable")
  expect(stderr).toContain("connection refused")
  await destroy("absent")
}, 120_000)

test("a container whose health check fails is stopped and started again, and that is said", async () => {
  const healing = server("one").replace(
    "const answers = {",
    `let ill = false\nconst answers = { "/ill": () => String((ill = true)),`,
  )
  const program = healing.replace(
    "const answer =",
    `if (ill && url === "/up") { response.writeHead(503); return response.end("no database") }\n  const answer =`,
  )
  const id = await deployProject(journey, "ill", files(program, `.healthCheck({ path: "/up", failureThreshold: 1 })`))
  await getVerified(await journey.endpoint("ill", "web"), "/ill")
  const lines = async () => (await journey.sandbox.alien(["logs", "ill"])).stdout
  await vi.waitFor(async () => expect(await lines()).toContain("answered 503: no database"), { timeout: 30_000 })
  await vi.waitFor(async () => expect(JSON.stringify(await journey.client.info(id))).toContain(`"restarts":1`), {
    timeout: 30_000,
  })
  await destroy("ill")
}, 120_000)

test("a crash is started again, and restarts are counted", async () => {
  const id = await deployProject(journey, "again", files(server("one")))
  const endpoint = await journey.endpoint("again", "web")
  await getVerified(endpoint, "/exit").catch(() => undefined)
  const replicas = async () => (await journey.client.info(id)).resources.web
  await vi.waitFor(async () => expect(JSON.stringify(await replicas())).toContain(`"code":3`), { timeout: 20_000 })
  await vi.waitFor(async () => expect(await getVerified(endpoint, "/")).toMatchObject({ body: "one" }), {
    timeout: 20_000,
  })
  const records = await readdir(join(journey.sandbox.dataDirectory, "run"))
  const [record = ""] = records.filter((name) => /^web_process_.*\.json$/.test(name))
  expect(JSON.parse(await readFile(join(journey.sandbox.dataDirectory, "run", record), "utf8"))).toMatchObject({
    restarts: 1,
    lastExit: { code: 3 },
  })
  await destroy("again")
}, 120_000)

const DOCKERFILE = `{ type: "source", src: "./app", toolchain: { type: "docker" } }`

test("a Dockerfile is built here, travels with the release, and is the same artifact when nothing changed", async () => {
  const docker = (program: string) => ({
    "app/Dockerfile": `FROM ${podman.image}\nCOPY server.cjs /app/server.cjs\nCOPY . /all\nCMD ["/app/server.cjs"]\n`,
    "app/.dockerignore": "secret.txt\n",
    "app/secret.txt": "hidden",
    "app/server.cjs": program,
    "alien.ts": stackOf({
      web: `new alien.Container("web").code(${DOCKERFILE}).publicEndpoint("web", 8080)`,
      api: `new alien.Worker("api").code(${DOCKERFILE}).publicEndpoint("web")`,
    }),
  })
  const files = (version: string) => `
const { existsSync } = require("node:fs")
require("node:http").createServer((_, response) => response.end("${version} " + existsSync("/all/secret.txt"))).listen(process.env.PORT)
process.on("SIGTERM", () => process.exit(0))`
  await deployProject(journey, "built", docker(files("one")))
  expect(await getVerified(await journey.endpoint("built", "web"), "/")).toMatchObject({ body: "one false" })
  expect(await getVerified(await journey.endpoint("built", "api"), "/")).toMatchObject({ body: "one false" })
  const code = async () => JSON.stringify((await journey.client.latestRelease("local")).stack)
  const first = await code()
  await deployProject(journey, "built", docker(files("one")))
  expect(await code()).toBe(first)
  await destroy("built")
}, 240_000)

test("a Dockerfile that fails is refused with the last lines", async () => {
  const cwd = await writeProject(journey, "broken", {
    "app/Dockerfile": `FROM ${podman.image}\nCOPY nowhere.txt /\n`,
    "alien.ts": stackOf({
      web: `new alien.Container("web").code(${DOCKERFILE}).publicEndpoint("web", 8080)`,
    }),
  })
  const { exit, stderr } = await journey.sandbox.alien(["deploy", "broken", "--yes"], { cwd })
  expect(exit).toBe(2)
  expect(stderr).toContain("build_failed")
  expect(stderr).toContain("nowhere.txt")
}, 60_000)
