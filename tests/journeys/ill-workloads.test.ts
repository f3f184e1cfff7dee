import { setTimeout } from "node:timers/promises"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { unusedPort } from "../harness/ports.ts"
import { deploymentIdOf, deployProject, stackOf, writeProject } from "../harness/project.ts"
import { isRunning } from "../harness/stop-local.ts"

const deaf = `
require("node:http").createServer().listen(0, "127.0.0.1", function () { console.log("I listen on " + this.address().port) })`
const crashing = `
console.log("started")
throw new Error("DATABASE_URL is not set")
`
/** A program with a child process that ignores SIGTERM. */
const PARENT = `
import { spawn } from "node:child_process"
const child = spawn(process.execPath, ["--eval", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)"])
console.log("child " + child.pid)
process.on("SIGUSR1", () => process.exit(3))
setInterval(() => {}, 1e6)
`

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

test("a program that listens elsewhere is told so with the ports seen, and one that crashes with its last lines and a growing pause", async () => {
  const cwd = await writeProject(journey, "ill", {
    "deaf.cjs": deaf,
    "crashing.ts": crashing,
    "alien.ts": stackOf({
      deaf: `new alien.Container("deaf").code(source("deaf.cjs")).publicEndpoint("web", 8080)`,
      crashing: `new alien.Daemon("crashing").code(source("crashing.ts")).publicEndpoint("web", 8080)`,
    }),
  })
  const deploying = journey.sandbox.alien(["deploy", "ill", "--yes"], { cwd })
  const condition = async (resource: string) => {
    const { endpoints } = (await journey.client.info(await deploymentIdOf(journey, "ill"))).resources[resource] ?? {}
    return endpoints?.web?.conditions.find(({ type }) => type === "target")
  }

  const heard = await vi.waitFor(
    async () => {
      const seen = await condition("deaf")
      expect(seen).toMatchObject({ code: "port_not_listening", on: "vendor" })
      return seen
    },
    { timeout: 25_000, interval: 200 },
  )
  const port = /I listen on (\d+)/.exec((await journey.sandbox.alien(["logs", "ill", "deaf"])).stdout)?.[1]
  expect(heard?.message).toContain(`it listens on 127.0.0.1:${port}`)
  expect(heard?.fix).toContain("the environment variable PORT")
  expect((await journey.sandbox.alien(["status", "ill"])).stdout).toContain(`port_not_listening`)

  const waiting = await journey.sandbox.alien(["wait", "ill", "--endpoint", "deaf.web", "--timeout", "1s"])
  expect(waiting).toMatchObject({ exit: 3, stderr: expect.stringContaining("waiting_on_person") })

  const crashed = await vi.waitFor(
    async () => {
      const seen = await condition("crashing")
      expect(seen).toMatchObject({ code: "workload_crashed", on: "vendor", status: "failed" })
      return seen
    },
    { timeout: 25_000, interval: 200 },
  )
  expect(crashed?.message).toContain("DATABASE_URL is not set")
  expect(crashed?.message).toMatch(/\d exits so far\), is started again at 20/)
  const { entries } = await journey.client.logs(await deploymentIdOf(journey, "ill"), { resource: "crashing" })
  const starts = entries.filter(({ line }) => line === "started").map(({ time }) => Date.parse(time))
  const shortest = 500 * (2 ** (starts.length - 1) - 1)
  expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(shortest / 2)

  // Waiting cannot mend what crashes, so the deploy ends although the other one may still come to listen.
  const deployed = await deploying
  expect(deployed.exit).toBe(1)
  expect(deployed.stderr).toContain("crashing/process exited with 1")
  expect(deployed.stdout).toContain("workload_crashed")
  expect((await journey.client.info(await deploymentIdOf(journey, "ill"))).status).not.toBe("deleting")
}, 60_000)

// Once in a while its port is in use already when it starts; by whom is not known.
test("a Container that listens on its declared port, and looks at no variable, is told so", {
  retry: 2,
  timeout: 60_000,
}, async () => {
  const port = await unusedPort()
  const cwd = await writeProject(journey, "stubborn", {
    "web.cjs": `require("node:http").createServer().listen(${port}, "127.0.0.1", () => console.log("I listen"))`,
    "alien.ts": stackOf({ web: `new alien.Container("web").code(source("web.cjs")).publicEndpoint("site", ${port})` }),
  })
  const deploying = journey.sandbox.alien(["deploy", "stubborn", "--yes", "--timeout", "5s"], { cwd })
  const told = await vi.waitFor(
    async () => {
      const id = await deploymentIdOf(journey, "stubborn")
      const { endpoints } = (await journey.client.info(id)).resources.web ?? {}
      const seen = endpoints?.site?.conditions.find(({ type }) => type === "target")
      expect(seen).toMatchObject({ code: "port_not_listening" })
      return seen
    },
    { timeout: 20_000, interval: 50 },
  )
  expect(told?.observed).toEqual([`127.0.0.1:${port}`])
  expect(told?.fix).toContain(`${port} is the declared port`)
  expect((await journey.sandbox.alien(["destroy", "stubborn", "--yes"])).exit).toBe(0)
  await deploying
})

test("a workload's children end with it, whether it is destroyed or ends by itself", async () => {
  const id = await deployProject(journey, "parent", {
    "parent.ts": PARENT,
    "alien.ts": stackOf({
      parent: `new alien.Daemon("parent").code(source("parent.ts")).stopGracePeriod(1)`,
    }),
  })
  const children = async () =>
    (await journey.client.logs(id)).entries.flatMap(({ line }) => {
      const [, pid] = /^child (\d+)$/.exec(line) ?? []
      return pid === undefined ? [] : Number(pid)
    })
  const [first = 0] = await children()
  expect(isRunning(first)).toBe(true)
  process.kill((await journey.processes(id))[0]?.pid ?? 0, "SIGUSR1")
  while (isRunning(first)) await setTimeout(20)

  const second = await vi.waitFor(async () => {
    const all = await children()
    expect(all).toHaveLength(2)
    return all[1] ?? 0
  }, 10_000)
  expect(isRunning(second)).toBe(true)
  expect((await journey.sandbox.alien(["destroy", "parent", "--yes"])).exit).toBe(0)
  while (isRunning(second)) await setTimeout(20)
}, 60_000)
