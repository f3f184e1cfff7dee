import { mkdir, readFile, rmdir } from "node:fs/promises"
import { join } from "node:path"
import { type Clock, systemClock } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { eventually, programSpec, temporaryDirectory } from "../testing/temporary.ts"
import { backoff, Workload } from "./workload.ts"

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

async function workloadIn(path: string, program: string, clock: Clock) {
  const directory = join(path, "run")
  await mkdir(directory)
  const spec = programSpec(path, program, { ports: [], environment: { SECRET: "hidden" } })
  const record = {
    format: 1,
    spec,
    wanted: true,
    ports: [],
    restarts: 0,
    mark: null,
    pid: null,
    startTime: null,
    incarnation: 1,
  } as const
  return { directory, workload: new Workload({ directory, clock, record: { ...record, ports: [] } }) }
}

test("it doubles the wait from half a second to thirty", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 100].map(backoff)).toEqual([
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

test("it forgets earlier crashes after a minute of health", async () => {
  await using directory = await temporaryDirectory()
  const { clock, waits, pass } = jumpingClock()
  const { workload } = await workloadIn(directory.path, "setInterval(() => {}, 1000)", clock)
  for (const restarts of [1, 2, 3]) {
    await eventually(
      async () => workload.state,
      (state) => state.status === "running" && state.restarts === restarts - 1,
    )
    if (restarts === 3) pass(60_000)
    process.kill(workload.state.pid ?? 0, "SIGKILL")
    await eventually(
      async () => workload.state,
      (state) => state.restarts === restarts,
    )
  }
  await eventually(
    async () => waits.length,
    (length) => length >= 3,
  )
  await workload.stop({ removed: true })
  expect(waits.slice(0, 3)).toEqual([500, 1000, 500])
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
