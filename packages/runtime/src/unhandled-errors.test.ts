import { existsSync, readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { clientGone } from "./client-gone.ts"
import { type UnhandledErrors, UnhandledErrorsKeeper } from "./unhandled-errors.ts"
import { artifact, startWorker } from "./worker-process.fixture.ts"

let directory = ""
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-errors-"))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const told = (file: string): UnhandledErrors => JSON.parse(readFileSync(file, "utf8"))

const MISTAKES = artifact(`
  import { EventEmitter } from "node:events"
  const release = Promise.withResolvers()
  export default {
    async fetch(request) {
      const { pathname } = new URL(request.url)
      if (pathname === "/slow") await release.promise
      if (pathname === "/rejection") void (async () => { throw new Error("nobody awaits") })()
      if (pathname === "/timer") setTimeout(() => { throw new TypeError("in a timer") })
      if (pathname === "/event") process.nextTick(() => new EventEmitter().emit("error", new Error("nobody listens")))
      if (pathname === "/release") release.resolve()
      return new Response(pathname)
    },
  }`)

describe("an error that nobody catches: it", () => {
  test("ends no request of the worker, is logged with its stack, and told to who runs it", async () => {
    const file = join(directory, "worker.errors")
    await using worker = await startWorker(MISTAKES, { ALIEN_ERRORS_FILE: file })
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${await worker.port()}${path}`)).text()
    const slow = ask("/slow")
    for (const [path, logged] of [
      ["/rejection", "nobody awaits"],
      ["/timer", "in a timer"],
      ["/event", "nobody listens"],
    ] as const) {
      expect(await ask(path)).toBe(path)
      await vi.waitFor(() => expect(worker.errors()).toContain(logged))
    }
    expect(await ask("/release")).toBe("/release")
    expect(await slow).toBe("/slow")
    expect(worker.errors()).toMatch(/nobody awaited it: Error: nobody awaits\n\s+at .*index\.mjs/)
    expect(worker.errors()).toMatch(/nobody caught it: TypeError: in a timer\n\s+at .*index\.mjs/)
    worker.child.kill("SIGTERM")
    expect(await worker.exit()).toEqual({ code: 0, signal: null })
    expect(told(file)).toMatchObject({ pid: worker.child.pid, count: 3, last: "Error: nobody listens" })
  })

  test("ends a worker that does not listen yet, with 1", async () => {
    await using worker = await startWorker(
      artifact(`
        void (async () => { throw new Error("no database") })()
        await new Promise((resolve) => setTimeout(resolve, 60_000))
        export default { fetch: () => new Response("x") }`),
    )
    expect(await worker.exit()).toEqual({ code: 1, signal: null })
    expect(worker.errors()).toContain("no database")
  })

  function keeper(options: { file?: string } = {}) {
    const clock = { now: 1_000 }
    const exits: number[] = []
    const lines: string[] = []
    const kept = new UnhandledErrorsKeeper({
      ...options,
      log: (...what) => lines.push(String(what[0])),
      now: () => clock.now,
      exit: (code) => exits.push(code),
    })
    return { kept, clock, exits, lines }
  }

  test("ends the process when exceptions come in a storm, not when they come one by one", () => {
    const { kept, clock, exits, lines } = keeper()
    for (let count = 0; count < 500; count++) {
      kept.exception(new Error("now and then"))
      clock.now += 200
    }
    expect(exits).toEqual([])
    for (let count = 0; count < 100 && exits.length === 0; count++) kept.exception(new Error("at once"))
    expect(exits).toEqual([1])
    expect(lines.at(-1)).toContain("100 exceptions within 10 s")
  })

  test("never ends the process for rejections, however many", () => {
    const { kept, exits } = keeper()
    for (let count = 0; count < 1_000; count++) kept.rejection(new Error("at once"))
    expect(exits).toEqual([])
  })

  test("is none when a client left and the rejection says so", () => {
    const file = join(directory, "gone.errors")
    const { kept, lines } = keeper({ file })
    kept.rejection(clientGone())
    expect([lines, existsSync(file)]).toEqual([[], false])
  })

  test.each<[unknown, string]>([
    [new Error("first\nsecond"), "Error: first"],
    ["just text", "just text"],
    [undefined, "undefined"],
    [Object.create(null), "object"],
    ["x".repeat(1_000), `${"x".repeat(200)}…`],
  ])("is told in one short line, whatever was thrown: %j", (thrown, last) => {
    const file = join(directory, `thrown-${Math.random()}.errors`)
    const { kept } = keeper({ file })
    kept.rejection(thrown)
    expect(told(file)).toEqual({ pid: process.pid, count: 1, firstAt: 1_000, lastAt: 1_000, last })
  })
})
