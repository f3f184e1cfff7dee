import { existsSync } from "node:fs"
import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { type DevSandbox, openDevSandbox } from "./dev-sandbox.fixture.ts"

const STACK = `import * as alien from "@alienplatform/core"
const worker = (id: string) =>
  new alien.Worker(id).code({ type: "source", src: "./" + id, toolchain: { type: "typescript" } }).publicEndpoint("web").build()
export default new alien.Stack("shop").add(worker("api"), "live").add(worker("other"), "live").build()
`
const answering = (text: string) => `import { greeting } from "./greeting.ts"
console.log("started ${text}")
export default { fetch: () => new Response(greeting + " ${text}") }
`

let world: DevSandbox
beforeEach(async () => {
  world = await openDevSandbox({
    "alien.ts": STACK,
    "api/index.ts": answering("one"),
    "api/greeting.ts": 'export const greeting = "hello"\n',
    "other/index.ts": 'export default { fetch: () => new Response("other") }\n',
  })
}, 60_000)
afterEach(() => world[Symbol.asyncDispose](), 60_000)

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const urlOf = ({ endpoints }: Record<string, unknown>): string => {
  const [first] = endpoints as { url: string }[]
  return first?.url ?? ""
}

test("it installs the stack, then each change of a file that goes into it, and what it builds is what changed", async () => {
  const dev = world.dev()
  expect(await dev.next("built")).toMatchObject({ resources: ["api", "other"] })
  const url = urlOf(await dev.next("ready"))
  expect(await world.ask(url)).toBe("hello one")

  await world.write("api/greeting.ts", 'export const greeting = "good morning"\n')
  expect(await dev.next("building")).toMatchObject({ changed: ["api/greeting.ts"] })
  expect(await dev.next("built")).toMatchObject({ resources: ["api"] })
  await dev.next("ready")
  expect(await world.ask(url)).toBe("good morning one")

  await world.write("api/index.ts", "export default { fetch( }")
  const failed = await dev.next("failed", { what: "build" })
  expect(failed.error).toMatchObject({ code: "build_failed", message: expect.stringContaining("api/index.ts:1:25") })
  expect(await world.ask(url)).toBe("good morning one")

  await world.write("api/index.ts", answering("two"))
  await dev.next("ready")
  expect(await world.ask(url)).toBe("good morning two")
  expect(await dev.next("log", { line: "started two" })).toMatchObject({ resource: "api", stream: "stdout" })

  const pids = await world.pids()
  expect(pids.length).toBeGreaterThanOrEqual(3)
  expect(await dev.interrupt()).toBe(0)
  expect(pids.filter(runs)).toEqual([])
  expect(existsSync(join(world.folder, ".alien/dev.json"))).toBe(false)
}, 120_000)

test("a second one is told who holds the folder, other commands find the first, and the next one has its URLs", async () => {
  const dev = world.dev()
  const url = urlOf(await dev.next("ready"))
  expect((await stat(join(world.folder, ".alien/dev.json"))).mode & 0o777).toBe(0o600)
  const { pid } = JSON.parse(await readFile(join(world.folder, ".alien/dev.json"), "utf8"))
  const second = await world.alien("dev")
  expect(second).toMatchObject({ exit: 1, stderr: expect.stringContaining("dev_running") })
  expect(second.stderr).toContain(`process ${pid}`)
  expect((await world.alien("url", "api")).stdout).toBe(`${url}\n`)
  await dev.interrupt()

  // The first of them finds a deployment with a release of its own, the second one that follows the newest.
  for (const _ of ["first", "second"]) {
    const next = world.dev()
    await next.next("unchanged")
    expect(urlOf(await next.next("ready"))).toBe(url)
    expect(await world.ask(url)).toBe("hello one")
    expect(await next.interrupt()).toBe(0)
  }
}, 120_000)

test("its deployment is called like the folder, also in its hosts, and commands without a name mean it", async () => {
  const dev = world.dev()
  expect(await dev.next("listening")).toMatchObject({ deployment: "project" })
  expect(urlOf(await dev.next("ready"))).toMatch(/^https:\/\/api\.project\.localhost:\d+$/)
  expect((await world.alien("info")).stdout).toMatch(/^project on local: running/)
  expect(await dev.interrupt()).toBe(0)
}, 120_000)

test("killed, it leaves what runs running, and the next one goes on with it", async () => {
  const dev = world.dev()
  const url = urlOf(await dev.next("ready"))
  const pids = await world.pids()
  await dev.kill()
  expect(await world.ask(url)).toBe("hello one")

  const next = world.dev()
  expect(urlOf(await next.next("ready"))).toBe(url)
  expect(await world.pids()).toEqual(pids)
  expect(await next.interrupt()).toBe(0)
  expect(pids.filter(runs)).toEqual([])
}, 120_000)

test("a stack that is broken from the start is waited for until it is mended", async () => {
  await world.write("alien.ts", 'import "./missing.ts"')
  const dev = world.dev()
  expect((await dev.next("failed", { what: "build" })).error).toMatchObject({ code: "build_failed" })
  await dev.next("watching")
  await world.write("alien.ts", STACK)
  expect(await world.ask(urlOf(await dev.next("ready")))).toBe("hello one")
  expect(await dev.interrupt()).toBe(0)
}, 120_000)

test("a stack whose file never ends is given up when it is saved again", async () => {
  const dev = world.dev()
  const url = urlOf(await dev.next("ready"))
  await world.write("alien.ts", 'import { writeFileSync } from "node:fs"\nwriteFileSync("began", "")\nfor (;;);')
  await expect.poll(() => existsSync(join(world.folder, "began")), { timeout: 60_000 }).toBe(true)
  await world.write("api/greeting.ts", 'export const greeting = "good evening"\n')
  await world.write("alien.ts", STACK)
  await dev.next("ready")
  expect(await world.ask(url)).toBe("good evening one")
  expect(await dev.interrupt()).toBe(0)
}, 120_000)

test("without a stack it says so and runs nothing", async () => {
  const { exit, stderr } = await world.alien("dev", "--stack", "none.ts")
  expect({ exit, stderr }).toMatchObject({ exit: 2, stderr: expect.stringContaining("stack_not_found") })
  expect(existsSync(join(world.folder, ".alien"))).toBe(false)
})
