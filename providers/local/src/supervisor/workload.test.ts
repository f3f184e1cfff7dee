import { once } from "node:events"
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { type Clock, systemClock } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { eventually, HAS_IPV6, programSpec, SERVER, temporaryDirectory } from "../testing/temporary.ts"
import { backoff } from "./backoff.ts"
import { NO_CRASHES } from "./crash-history.ts"
import { readLog } from "./log-file.ts"
import { freePort } from "./ports.ts"
import type { ProcessSpec } from "./protocol.ts"
import { Workload } from "./workload.ts"

const chooseAlone = (choose: (taken: ReadonlySet<number>) => Promise<void>) => choose(new Set())

/** Waits for nothing: `until` moves the time there, and `waits` says how far each time. */
function jumpingClock() {
  let now = Date.parse("2030-01-01T00:00:00Z")
  const waits: number[] = []
  const clock: Clock = {
    now: () => now,
    async until(time, signal) {
      await systemClock.until(0, signal)
      if (signal?.aborted) return
      waits.push(time - now)
      now = Math.max(now, time)
    },
  }
  const pass = (ms: number) => {
    now += ms
  }
  return { clock, waits, pass }
}

async function workloadIn(
  path: string,
  program: string,
  clock: Clock,
  change: Partial<ProcessSpec> = {},
  ports: number[] = [],
) {
  const directory = join(path, "run")
  await mkdir(directory)
  const spec = programSpec(path, program, { ports: [], environment: { SECRET: "hidden" }, ...change })
  const record = {
    format: 1,
    spec,
    wanted: true,
    ports: [],
    restarts: 0,
    crashes: NO_CRASHES,
    lastExit: null,
    mark: null,
    pid: null,
    startTime: null,
    incarnation: 1,
  } as const
  return { directory, workload: new Workload({ directory, clock, record: { ...record, ports }, chooseAlone }) }
}

test("it doubles the wait from half a second to thirty", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 100].map((failures) => backoff(failures))).toEqual([
    500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ])
})

test("it waits longer after each crash", async () => {
  await using directory = await temporaryDirectory()
  const { clock, waits } = jumpingClock()
  const { workload } = await workloadIn(directory.path, "process.exit(3)", clock)
  await eventually(
    async () => workload.state,
    ({ restarts }) => restarts >= 4,
  )
  await workload.stop({ removed: true })
  expect(waits.slice(0, 3)).toEqual([500, 1000, 2000])
})

test("it starts what has served for a while again at once, and forgets earlier crashes after a minute of health", async () => {
  await using directory = await temporaryDirectory()
  const { clock, waits, pass } = jumpingClock()
  const { workload } = await workloadIn(directory.path, "setInterval(() => {}, 1000)", clock)
  const crash = async (restarts: number, served: number) => {
    await eventually(
      async () => workload.state,
      (state) => state.status === "running" && state.restarts === restarts - 1,
    )
    pass(served)
    process.kill(workload.state.pid ?? 0, "SIGKILL")
    await eventually(
      async () => workload.state,
      (state) => state.restarts === restarts,
    )
  }
  for (const [index, served] of [5_000, 5_000, 0, 60_000, 0].entries()) await crash(index + 1, served)
  await eventually(
    async () => waits.length,
    (length) => length >= 3,
  )
  await workload.stop({ removed: true })
  expect(waits.slice(0, 3)).toEqual([1000, 2000, 1000])
})

test("it knows a loop of a program that lives for a while each time, logs each exit once, and forgets it when it stays", async () => {
  await using directory = await temporaryDirectory()
  const { clock, pass } = jumpingClock()
  const logFile = join(directory.path, "log.ndjson")
  const program = "setInterval(() => {}, 1000)"
  const { workload, directory: run } = await workloadIn(directory.path, program, clock, { logFile })
  const running = (restarts: number) =>
    eventually(
      async () => workload.state,
      (state) => state.status === "running" && state.restarts === restarts,
    )
  for (const restarts of [0, 1, 2]) {
    const { pid, crashLoop } = await running(restarts)
    expect(crashLoop).toBe(false)
    pass(90_000)
    process.kill(pid ?? 0, "SIGKILL")
  }
  const looping = await running(3)
  expect(looping).toMatchObject({ crashLoop: true, exit: { code: null, signal: "SIGKILL" } })
  expect(looping.stableAt).toBeGreaterThanOrEqual((looping.startedAt ?? 0) + 180_000)
  expect(JSON.parse(await readFile(join(run, "api_process.json"), "utf8")).crashes).toMatchObject({ exits: 3 })
  const told = readLog(logFile).filter(({ stream }) => stream === "platform")
  expect(told.map(({ line }) => line)).toEqual([
    "was ended by SIGKILL and is started again at once (1 restart so far)",
    "was ended by SIGKILL and is started again at once (2 restarts so far)",
    "was ended by SIGKILL and is started again at once (3 restarts so far)",
  ])
  expect(looping.lastLines).toEqual([])
  pass(181_000)
  expect(workload.state).toMatchObject({ crashLoop: false, stableAt: null, restarts: 3 })
  await workload.stop({ removed: true })
})

test("it writes pid, start time and incarnation, and removes all of it at the end", async () => {
  await using directory = await temporaryDirectory()
  const { directory: run, workload } = await workloadIn(directory.path, "setInterval(() => {}, 1000)", systemClock)
  const state = await eventually(
    async () => workload.state,
    ({ status }) => status === "running",
  )
  const file = join(run, "api_process.json")
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
    pid: state.pid,
    incarnation: 1,
    startTime: expect.any(String),
  })
  await workload.stop({ removed: true })
  await expect(readFile(file)).rejects.toThrow()
})

test("it runs on when its record cannot be written, and writes it as soon as it can", async () => {
  await using directory = await temporaryDirectory()
  const { clock } = jumpingClock()
  const { directory: run, workload } = await workloadIn(directory.path, "setInterval(() => {}, 1000)", clock)
  const isRunning = (restarts: number) =>
    eventually(
      async () => workload.state,
      (state) => state.status === "running" && state.restarts === restarts,
    )
  const { pid } = await isRunning(0)
  const file = join(run, "api_process.json")
  await mkdir(`${file}.new`) // In the way of the record's next version.
  process.kill(pid ?? 0, "SIGKILL")
  const next = await isRunning(1)
  expect(next.lastLines.join("\n")).toContain("its record cannot be written")
  await rmdir(`${file}.new`)
  await eventually(
    async () => JSON.parse(await readFile(file, "utf8")),
    (record) => record.pid === next.pid,
  )
  await workload.stop({ removed: true })
  await expect(readFile(file)).rejects.toThrow()
})

test("it stops a program that fails its health check, starts it again, and says why until a check passes", async () => {
  await using directory = await temporaryDirectory()
  const { clock, waits } = jumpingClock()
  // Ill in its first life. The clock jumps, its grace with it: it may be killed before it hears that it has to end.
  const program = `
    const fs = require("node:fs")
    const ill = !fs.existsSync("lived")
    fs.writeFileSync("lived", "")
    require("node:http").createServer((_, response) => response.writeHead(ill ? 500 : 200).end("no database")).listen(Number(process.env.PORT), "127.0.0.1")`
  const { workload } = await workloadIn(
    directory.path,
    program,
    clock,
    {
      logFile: join(directory.path, "log.ndjson"),
      ports: [{ variables: ["PORT"] }],
      health: { method: "GET", path: "/up", at: 0, timeoutSeconds: 5, failureThreshold: 2 },
    },
    [await freePort(new Set())],
  )
  const backingOff = await eventually(
    async () => workload.state,
    ({ unhealthy }) => unhealthy !== null,
  )
  expect(backingOff.unhealthy).toMatch(/^GET http:.*\/up answered 500: no database \(2 failures in a row\)/)
  const healed = await eventually(
    async () => workload.state,
    ({ status, restarts, unhealthy }) => status === "running" && restarts === 1 && unhealthy === null,
  )
  expect(healed.lastLines.join("\n")).toContain("workload_unhealthy: GET")
  const lines = readLog(join(directory.path, "log.ndjson")).map(({ line }) => line)
  expect(lines.filter((line) => line.includes("started again"))).toEqual([
    expect.stringMatching(/^workload_unhealthy: GET .* stopped and started again \(1 restart so far\)$/),
  ])
  expect(waits).toContain(500)
  await workload.stop({ removed: true })
})

test("it takes another port before a start when a stranger has its own", async () => {
  await using directory = await temporaryDirectory()
  const stranger = createServer().listen(0, "127.0.0.1")
  await once(stranger, "listening")
  const { port: taken } = stranger.address() as { port: number }
  const kept = await freePort(new Set())
  const program = `${SERVER}\nrequire("node:net").createServer().listen(Number(process.env.ALIEN_PORT_WIRE), "127.0.0.1")`
  const change = { ports: [{ variables: ["PORT"] }, { variables: ["ALIEN_PORT_WIRE"] }] }
  const { clock } = jumpingClock()
  const { directory: run, workload } = await workloadIn(directory.path, program, clock, change, [taken, kept])
  const state = await eventually(
    async () => workload.state,
    ({ status }) => status === "running",
  )
  stranger.close()
  expect(state.ports).toEqual([expect.any(Number), kept])
  expect(state.ports[0]).not.toBe(taken)
  expect(await (await fetch(`http://127.0.0.1:${state.ports[0]}/`)).text()).toBe(String(state.pid))
  expect(state.lastLines[0]).toContain(`port ${taken} was taken by another program`)
  expect(JSON.parse(await readFile(join(run, "api_process.json"), "utf8")).ports).toEqual(state.ports)
  await workload.stop({ removed: true })
})

test("it hands on what this run of a program tells of its errors, and forgets it with the next run", async () => {
  await using directory = await temporaryDirectory()
  const { clock } = jumpingClock()
  const program = `
    const { writeFileSync } = require("node:fs")
    const { ALIEN_ERRORS_FILE: file } = process.env
    const errors = { pid: process.pid, count: 2, firstAt: 1, lastAt: 2, last: "Error: x" }
    if (!require("node:fs").existsSync("ran")) writeFileSync(file, JSON.stringify(errors))
    writeFileSync("ran", "")
    process.on("SIGUSR2", () => process.exit(1))
    setInterval(() => {}, 1000)`
  const { workload, directory: run } = await workloadIn(directory.path, program, clock)
  const first = await eventually(
    async () => workload.state,
    ({ errors }) => errors !== null,
  )
  expect(first.errors).toEqual({ count: 2, firstAt: 1, lastAt: 2, last: "Error: x" })
  await writeFile(join(run, `${first.object}.errors`), JSON.stringify({ ...first.errors, pid: 1 }))
  expect(workload.state.errors).toBeNull()
  await writeFile(join(run, `${first.object}.errors`), "{")
  expect(workload.state.errors).toBeNull()
  await writeFile(join(run, `${first.object}.errors`), JSON.stringify({ ...first.errors, pid: first.pid }))
  expect(workload.state.errors).toMatchObject({ count: 2 })
  process.kill(first.pid ?? 0, "SIGUSR2")
  await eventually(
    async () => workload.state,
    ({ status, restarts }) => status === "running" && restarts === 1,
  )
  expect(workload.state.errors).toBeNull()
  await workload.stop({ removed: true })
  expect(await readdir(run)).toEqual([])
})

test.runIf(HAS_IPV6)(
  "it finds a program that listens on ::1 alone, and keeps to that while it is started again",
  async () => {
    await using directory = await temporaryDirectory()
    const port = await freePort(new Set())
    const listen = SERVER.replace("127.0.0.1", "::1")
    const { workload } = await workloadIn(
      directory.path,
      `${listen}\nprocess.on("SIGUSR2", () => process.exit(1))`,
      systemClock,
      { ports: [{ variables: ["PORT"] }] },
      [port],
    )
    const isRunning = (restarts: number) =>
      eventually(
        async () => workload.state,
        (state) => state.status === "running" && state.restarts === restarts,
      )
    const first = await isRunning(0)
    expect(first).toMatchObject({ ports: [port], hosts: ["::1"] })
    process.kill(first.pid ?? 0, "SIGUSR2")
    expect(
      (
        await eventually(
          async () => workload.state,
          ({ restarts }) => restarts === 1,
        )
      ).hosts,
    ).toEqual(["::1"])
    expect((await isRunning(1)).hosts).toEqual(["::1"])
    await workload.stop({ removed: true })
  },
)

test.runIf(HAS_IPV6)("it gives up a port that a stranger has on ::1", async () => {
  await using directory = await temporaryDirectory()
  const port = await freePort(new Set())
  const stranger = createServer().listen(port, "::1")
  await once(stranger, "listening")
  const { workload } = await workloadIn(directory.path, SERVER, systemClock, { ports: [{ variables: ["PORT"] }] }, [
    port,
  ])
  const state = await eventually(
    async () => workload.state,
    ({ status }) => status === "running",
  )
  expect(state.ports).not.toEqual([port])
  expect(state.hosts).toEqual(["127.0.0.1"])
  await workload.stop({ removed: true })
  stranger.close()
})
