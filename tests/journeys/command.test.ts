import { connect } from "node:net"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { startAlien } from "../harness/command.ts"
import { endpointsOf } from "../harness/endpoint.ts"
import { stackOf, writeProject } from "../harness/project.ts"
import { openSandbox, type Sandbox } from "../harness/sandbox.ts"
import { getVerified } from "../harness/verified-https.ts"

const answering = (text: string) => `export default { fetch: () => new Response(process.env.GREETING ?? "${text}") }`
const FILES = {
  "api.ts": answering("one"),
  "alien.ts": stackOf({ api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")` }),
}
const NEVER_READY = {
  "api.ts": `export default { fetch: () => new Response("", { status: 500 }) }`,
  "alien.ts": stackOf({
    api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web").readinessProbe({ path: "/health" })`,
  }),
}

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await openSandbox()
  await sandbox.serve()
}, 60_000)
afterAll(() => sandbox[Symbol.asyncDispose](), 60_000)

/** Runs `alien … --json`; what it wrote, document by document. */
async function json(args: string[], cwd = sandbox.directory) {
  const { exit, stdout, stderr } = await sandbox.alien([...args, "--json"], { cwd })
  const documents = stdout.trimEnd().split("\n").filter(Boolean)
  return { exit, stderr, all: documents.map((text) => JSON.parse(text)), last: JSON.parse(documents.at(-1) ?? "null") }
}

test("a deployment's whole life, told by `bin/alien --json` alone", async () => {
  const cwd = await writeProject({ sandbox }, "life", FILES)
  const deployed = await json(["deploy", "life", "--yes"], cwd)
  expect(deployed).toMatchObject({ exit: 0, last: { result: { verdict: "ready" } } })
  const says = async () => {
    const [endpoint] = endpointsOf((await sandbox.alien(["info", "life", "--json"])).stdout)
    return endpoint && (await getVerified(endpoint, "/")).body
  }
  expect(await says()).toBe("one")
  const url = (await sandbox.alien(["url", "life", "api"])).stdout
  expect(url).toMatch(/^https:\/\/api\.life\.localhost:\d+\n$/)
  expect(await json(["status", "life"])).toMatchObject({ exit: 0, last: { verdict: "ready" } })

  const changed = await writeProject({ sandbox }, "life", { "api.ts": answering("two") })
  expect(await json(["plan", "life"], changed)).toMatchObject({ exit: 0 })
  expect(await says()).toBe("one")
  expect(await json(["deploy", "life", "--yes"], changed)).toMatchObject({ exit: 0 })
  expect(await says()).toBe("two")
  expect(await json(["rollback", "life"])).toMatchObject({ exit: 0, last: { result: { verdict: "ready" } } })
  expect(await says()).toBe("one")

  expect(await json(["env", "set", "life", "GREETING=hello", "--wait"])).toMatchObject({ exit: 0 })
  expect(await says()).toBe("hello")
  expect(await json(["settings", "set", "life", "updates=approval-required", "--wait"])).toMatchObject({ exit: 0 })
  const [settings, waited, logs, list, releases] = await Promise.all([
    json(["settings", "get", "life"]),
    json(["wait", "life", "--for", "reachable"]),
    json(["logs", "life", "api", "--access"]),
    json(["list"]),
    json(["releases"]),
  ])
  expect([settings, waited, logs, list, releases].map(({ exit }) => exit)).toEqual([0, 0, 0, 0, 0])
  expect(settings.last).toMatchObject({ updates: "approval-required" })
  expect(logs.all[0]).toMatchObject({ stream: "access", resource: "api" })

  expect(await json(["destroy", "life"])).toMatchObject({
    exit: 2,
    last: { result: { error: { code: "confirmation_required" } } },
  })
  expect(await json(["destroy", "life", "--yes"])).toMatchObject({ exit: 0 })
  expect(await json(["info", "life"])).toMatchObject({ exit: 4, last: { error: { code: "deployment_not_found" } } })
  await expect(says()).rejects.toThrow()
}, 90_000)

describe("exit codes", () => {
  test.each([
    [2, "unknown_command", ["deplyo"], "did you mean: deploy?"],
    [2, "usage_invalid", ["wait", "x", "--for", "raedy"], "did you mean: ready?"],
    [2, "stack_not_found", ["deploy", "x", "--yes"], "run the command where alien.ts lies"],
    [4, "deployment_not_found", ["info", "nobody"], "nobody"],
    [4, "unauthorized", ["list", "--token", "alien_admin_wrong"], "token"],
    [5, "manager_unreachable", ["list", "--manager", "http://127.0.0.1:1", "--token", "t"], "127.0.0.1:1"],
  ])("%i, %s", async (exit, code, args, words) => {
    const ended = await sandbox.alien(args)
    expect(ended).toMatchObject({ exit, stdout: "" })
    expect(ended.stderr).toContain(`code  ${code}`)
    expect(ended.stderr).toContain(words)
  })
})

describe("Ctrl-C", () => {
  test("in a wait detaches and says how to come back, and the deployment goes on", async () => {
    const cwd = await writeProject({ sandbox }, "never", NEVER_READY)
    const control = new AbortController()
    const deploying = sandbox.alien(["deploy", "never", "--yes"], { cwd, signal: control.signal })
    await vi.waitFor(
      async () => expect((await json(["status", "never"])).last).toMatchObject({ status: "provisioning" }),
      {
        timeout: 20_000,
      },
    )
    control.abort()
    const { stderr } = await deploying
    expect(stderr).toContain("Detached: never goes on without this command. Come back with: alien wait never")
    expect((await json(["status", "never"])).last).toMatchObject({ status: "provisioning" })
    expect((await sandbox.alien(["destroy", "never", "--yes"])).exit).toBe(0)
  }, 60_000)

  test("ends `alien serve` in order, and the second one at once with 130", async () => {
    const { environment, directory: cwd } = sandbox
    const child = startAlien(["serve", "--data", join(cwd, "second"), "--json"], { cwd, environment })
    const ended = new Promise((resolve) => child.once("close", resolve))
    const [line] = await new Promise<string[]>((resolve) =>
      child.stdout?.once("data", (text) => resolve(String(text).split("\n"))),
    )
    const { port } = new URL(JSON.parse(line ?? "").url)
    // A request that is under way holds the end up.
    const held = connect({ host: "127.0.0.1", port: Number(port) })
    held.on("error", () => {}).write(`POST /v1/releases HTTP/1.1\r\nhost: m\r\ncontent-length: 9\r\n\r\n`)
    await new Promise((resolve) => held.once("connect", resolve))
    child.kill("SIGINT")
    await setTimeout(300)
    expect(child.exitCode).toBeNull()
    child.kill("SIGINT")
    expect(await ended).toBe(130)
  }, 30_000)
})
