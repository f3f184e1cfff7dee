import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { AccessLog } from "./access-log.ts"
import { RotatingFile } from "./rotating-file.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-access-log-"))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const access = { endpoint: "web", protocol: "HTTP/1.1", durationMs: 1, requestBytes: 0, responseBytes: 0 }
const read = (name: string) => readFile(join(directory, name), "utf8")
const linesOf = async (file: string) =>
  (await readFile(file, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

test("keeps three files and forgets the oldest: none is longer than the limit", async () => {
  const file = new RotatingFile(join(directory, "access.ndjson"), 8)
  for (const piece of ["one1\n", "two2\n", "three\n", "four4\n"]) await file.append(piece, true)
  expect((await readdir(directory)).sort()).toEqual(["access.ndjson", "access.ndjson.1", "access.ndjson.2"])
  expect(await read("access.ndjson")).toBe("four4\n")
  expect(await read("access.ndjson.2")).toBe("two2\n")
})

test("goes on in the file that is there, readable by its user alone", async () => {
  const path = join(directory, "deep", "er", "access.ndjson")
  await new RotatingFile(path).append("a\n", true)
  await new RotatingFile(path).append("b\n", true)
  expect(await readFile(path, "utf8")).toBe("a\nb\n")
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(directory, "deep"))).mode & 0o777).toBe(0o700)
})

test("begins a new line after a piece that may have been written in part", async () => {
  const path = join(directory, "access.ndjson")
  const file = new RotatingFile(path)
  await mkdir(path)
  await expect(file.append("one\n", true)).rejects.toMatchObject({ code: "EISDIR" })
  await rm(path, { recursive: true })
  await writeFile(path, "on")
  await file.append("two\n", true)
  await file.append("three\n", true)
  expect(await read("access.ndjson")).toBe("on\ntwo\nthree\n")
})

test("a disk that takes nothing costs lines, which are counted as soon as it does again", async () => {
  const path = join(directory, "access.ndjson")
  const log = new AccessLog(new RotatingFile(path))
  await mkdir(path)
  log.write(access)
  log.write(access)
  await log.flush()
  await rm(path, { recursive: true })
  log.write(access)
  await log.flush()
  expect(await linesOf(path)).toMatchObject([{ line: "2 lines were lost (EISDIR)" }, { line: "tcp 1ms" }])
})

test("lines beyond what may wait for the disk are lost, not kept in memory", async () => {
  const path = join(directory, "access.ndjson")
  const log = new AccessLog(new RotatingFile(path))
  for (let count = 0; count < 3000; count++) log.write({ ...access, method: "GET", target: `/${"x".repeat(900)}` })
  await log.flush()
  const lines = await linesOf(path)
  expect(lines.length).toBeLessThan(1500)
  expect(lines[0]).toMatchObject({ line: expect.stringMatching(/^\d+ lines were lost \(the disk is too slow\)$/) })
})

test("a log whose resource is gone makes no directory again", async () => {
  const path = join(directory, "gone", "access.ndjson")
  const log = new AccessLog(new RotatingFile(path))
  log.retire()
  log.write(access)
  await log.flush()
  expect(await readdir(directory)).toEqual([])
})
