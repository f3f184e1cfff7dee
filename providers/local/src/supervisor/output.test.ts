import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { LogFile, readLog } from "./log-file.ts"
import { Output } from "./output.ts"

const outputIn = (path: string, maxLogBytes?: number) =>
  new Output({
    base: join(path, "api"),
    logFile: join(path, "api.ndjson"),
    now: () => Date.parse("2030-01-01T00:00:00Z"),
    ...(maxLogBytes === undefined ? {} : { maxLogBytes }),
  })

test("it logs whole lines with stream and time, and reads on where another one ended", async () => {
  await using directory = await temporaryDirectory()
  const log = () => readLog(join(directory.path, "api.ndjson")).map(({ line }) => line)
  const first = outputIn(directory.path)
  appendFileSync(join(directory.path, "api.stdout"), "one\nhalf ")
  appendFileSync(join(directory.path, "api.stderr"), "grüße\n")
  first.read()
  expect(readLog(join(directory.path, "api.ndjson"))).toEqual([
    { time: "2030-01-01T00:00:00.000Z", stream: "stdout", line: "one" },
    { time: "2030-01-01T00:00:00.000Z", stream: "stderr", line: "grüße" },
  ])
  // Not closed: its process was killed.
  const second = outputIn(directory.path)
  appendFileSync(join(directory.path, "api.stdout"), "a line\n")
  second.read()
  expect(log()).toEqual(["one", "grüße", "half a line"])
  second.close()
})

test("it keeps the last twenty lines, and finishes the last one when the process is gone", async () => {
  await using directory = await temporaryDirectory()
  const output = outputIn(directory.path)
  appendFileSync(join(directory.path, "api.stdout"), Array.from({ length: 30 }, (_, n) => `${n}`).join("\n"))
  output.read(true)
  expect(output.lastLines).toEqual(Array.from({ length: 20 }, (_, n) => `${n + 10}`))
  output.close()
})

test("it can be asked for its last lines once it is closed, because a stopped process is listed until it is forgotten", async () => {
  await using directory = await temporaryDirectory()
  const output = outputIn(directory.path)
  appendFileSync(join(directory.path, "api.stdout"), "the last line\n")
  output.close()
  output.read()
  expect(output.lastLines).toEqual(["the last line"])
})

test("it cuts a line without end, and empties what it has read", async () => {
  await using directory = await temporaryDirectory()
  const output = outputIn(directory.path)
  appendFileSync(join(directory.path, "api.stdout"), `${"x".repeat(5 * 1024 * 1024)}\nnext\n`)
  output.read()
  expect(readLog(join(directory.path, "api.ndjson")).map(({ line }) => line.length)).toEqual([64 * 1024, 4])
  expect(output.lastLines.map((line) => line.length)).toEqual([1001, 4])
  expect(statSync(join(directory.path, "api.stdout")).size).toBe(0)
  appendFileSync(join(directory.path, "api.stdout"), "after\n")
  output.read()
  expect(output.lastLines.at(-1)).toBe("after")
  output.close()
})

test("it takes many lines in turns, so that nobody waits for one program's output", async () => {
  await using directory = await temporaryDirectory()
  const output = outputIn(directory.path)
  const log = () => readLog(join(directory.path, "api.ndjson"))
  appendFileSync(join(directory.path, "api.stdout"), "y\n".repeat(30_000))
  output.read()
  expect(log().length).toBe(10_000)
  await vi.waitUntil(() => log().length === 30_000)
  output.close()
})

test("it passes over what a program writes faster than it is logged, says so, and has the end of it", async () => {
  await using directory = await temporaryDirectory()
  const output = outputIn(directory.path)
  appendFileSync(join(directory.path, "api.stdout"), `${"a line of the flood\n".repeat(1_000_000)}the last one\n`)
  output.read()
  expect(statSync(join(directory.path, "api.stdout")).size).toBe(0)
  expect(output.lastLines.at(-1)).toBe("the last one")
  const [first] = readLog(join(directory.path, "api.ndjson"))
  expect(first).toMatchObject({
    stream: "stderr",
    line: expect.stringMatching(/^\d{8} bytes of stdout were not logged/),
  })
  appendFileSync(join(directory.path, "api.stdout"), "after\n")
  output.read()
  expect(output.lastLines.at(-1)).toBe("after")
  output.close()
})

test("it goes on in a new file when its log was removed, and writes to nobody else's", async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "logs", "api.ndjson")
  const log = new LogFile(file, 100)
  const line = (text: string) => [{ time: "2030-01-01T00:00:00Z", stream: "stdout" as const, line: text }]
  log.append(line("one"))
  rmSync(join(directory.path, "logs"), { recursive: true })
  writeFileSync(join(directory.path, "logs"), "in the way")
  expect(() => log.append(line("two"))).toThrow()
  const stranger = openSync(join(directory.path, "stranger"), "w")
  expect(() => log.append(line("three"))).toThrow()
  expect(statSync(join(directory.path, "stranger")).size).toBe(0)
  closeSync(stranger)
  rmSync(join(directory.path, "logs"))
  log.append(line("four"))
  expect(readLog(file).map(({ line }) => line)).toEqual(["four"])
  log.close()
})

test("it keeps three files of a bounded size", async () => {
  await using directory = await temporaryDirectory()
  const output = outputIn(directory.path, 1000)
  for (let line = 0; line < 100; line++) appendFileSync(join(directory.path, "api.stdout"), `line ${line}\n`)
  output.read()
  output.close()
  for (const age of ["", ".1", ".2"])
    expect(statSync(join(directory.path, `api.ndjson${age}`)).size).toBeLessThanOrEqual(1000)
  expect(() => statSync(join(directory.path, "api.ndjson.3"))).toThrow()
  expect(readLog(join(directory.path, "api.ndjson")).at(-1)?.line).toBe("line 99")
})

test.skipIf(!existsSync("/dev/full"))("it goes on reading when the disk is full", async () => {
  await using directory = await temporaryDirectory()
  symlinkSync("/dev/full", join(directory.path, "api.offsets"))
  const output = outputIn(directory.path)
  appendFileSync(join(directory.path, "api.stdout"), "no space\n")
  output.read()
  expect(output.lastLines).toEqual(["no space"])
  output.close()
})

test("it reads the last lines of a log of any size, and no more", async () => {
  await using directory = await temporaryDirectory()
  const log = join(directory.path, "api.ndjson")
  const lines = Array.from({ length: 25 }, (_, n) => ({ time: "2030-01-01T00:00:00Z", stream: "stdout", line: `${n}` }))
  writeFileSync(log, "")
  truncateSync(log, 8 * 1024 ** 3) // A hole: more than fits into memory, and no space on the disk.
  appendFileSync(log, `\n${lines.map((line) => JSON.stringify(line)).join("\n")}\n`)
  const output = outputIn(directory.path)
  expect(output.lastLines).toEqual(lines.slice(5).map(({ line }) => line))
  output.close()
})
