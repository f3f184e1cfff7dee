import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { LogLine, LogQuery } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { LogFile } from "../supervisor/log-file.ts"
import { logFileOf } from "../supervisor/logs.ts"
import { ownerOf } from "../testing/local.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { encodeCursor } from "./cursor.ts"
import { readLogs } from "./read-logs.ts"

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString()
const line = (second: number, text: string, stream: LogLine["stream"] = "stdout"): LogLine => ({
  time: at(second),
  stream,
  line: text,
})

async function logs() {
  const directory = await temporaryDirectory()
  const write = (node: string, incarnation: number, lines: LogLine[], maxBytes?: number) => {
    const log = new LogFile(logFileOf(directory.path, ownerOf(node, { incarnation })), maxBytes)
    log.append(lines)
    log.close()
  }
  const page = (query: Partial<LogQuery> = {}) =>
    readLogs(directory.path, { deployment: "dep_a", limit: 100, access: false, ...query })
  const texts = (query: Partial<LogQuery> = {}) => page(query).entries.map((entry) => entry.line)
  return { path: directory.path, write, page, texts, [Symbol.asyncDispose]: directory[Symbol.asyncDispose] }
}

test("it merges replicas, versions and resources by time, and says whose each line is", async () => {
  await using found = await logs()
  found.write("web/process", 1, [line(1, "old"), line(5, "old again")])
  found.write("web/process", 2, [line(4, "new")])
  found.write("web/process/2", 1, [line(2, "second", "stderr")])
  found.write("job/process", 1, [line(3, "job")])
  expect(found.page().entries).toEqual([
    { time: at(1), resource: "web", replica: 1, incarnation: 1, stream: "stdout", line: "old" },
    { time: at(2), resource: "web", replica: 2, incarnation: 1, stream: "stderr", line: "second" },
    { time: at(3), resource: "job", replica: 1, incarnation: 1, stream: "stdout", line: "job" },
    { time: at(4), resource: "web", replica: 1, incarnation: 2, stream: "stdout", line: "new" },
    { time: at(5), resource: "web", replica: 1, incarnation: 1, stream: "stdout", line: "old again" },
  ])
  expect(found.texts({ resource: "WEB" })).toEqual(["old", "second", "new", "old again"])
  expect(found.texts({ resource: "nobody" })).toEqual([])
  expect(found.texts({ limit: 2 })).toEqual(["new", "old again"])
})

test("it gives what came after a cursor, page by page, in one order whichever way it is read", async () => {
  await using found = await logs()
  found.write("a/process", 1, [line(1, "a1")])
  const { cursor } = found.page()
  expect(found.page({ since: cursor })).toEqual({ entries: [], cursor })
  found.write("a/process", 1, [line(2, "a2"), line(2, "a3"), line(4, "a4")])
  found.write("b/process", 1, [line(2, "b1"), line(3, "b2")])
  const all = ["a2", "a3", "b1", "b2", "a4"]
  expect(found.texts({ limit: 5 })).toEqual(all)
  const seen: string[] = []
  for (let since = cursor; ; ) {
    const page = found.page({ since, limit: 2 })
    if (page.entries.length === 0) break
    seen.push(...page.entries.map((entry) => entry.line))
    since = page.cursor
  }
  expect(seen).toEqual(all)
})

test("it loses and repeats no line while output is rotated and workloads are replaced", async () => {
  await using found = await logs()
  const seen: string[] = []
  let since = found.page().cursor
  const all: string[] = []
  for (let round = 0; round < 40; round++) {
    // Two lines to a file: it is rotated every other round.
    const incarnation = round < 20 ? 1 : 2
    all.push(`line ${round}`)
    found.write("web/process", incarnation, [line(round, `line ${round}`)], 150)
    if (round % 3 !== 0) continue
    const page = found.page({ since })
    seen.push(...page.entries.map((entry) => entry.line))
    since = page.cursor
  }
  expect(seen).toEqual(all)
})

test("it begins with the oldest that is left when a log was rotated away under a cursor", async () => {
  await using found = await logs()
  found.write("web/process", 1, [line(0, "first")])
  const { cursor } = found.page()
  for (let round = 1; round < 10; round++) found.write("web/process", 1, [line(round, `line ${round}`)], 1)
  expect(found.texts({ since: cursor })).toEqual(["line 7", "line 8", "line 9"])
})

test("it reads a file from its beginning that was put in the place of another", async () => {
  await using found = await logs()
  found.write("web/process", 1, [line(1, "first")])
  const { cursor } = found.page()
  const file = logFileOf(found.path, ownerOf("web/process"))
  // The same inode: what a file system does that gives the number of a removed file to the next one.
  writeFileSync(file, `${JSON.stringify(line(2, "other"))}\n${JSON.stringify(line(3, "words"))}\n`)
  expect(found.texts({ since: cursor })).toEqual(["other", "words"])
})

test("it waits for the end of a line that is being written, and passes over what is no line", async () => {
  await using found = await logs()
  found.write("web/process", 1, [line(1, "whole")])
  const file = logFileOf(found.path, ownerOf("web/process"))
  const text = `${JSON.stringify(line(2, "in two writes"))}\n`
  appendFileSync(file, `{"half\n${text.slice(0, 20)}`)
  const { entries, cursor } = found.page()
  expect(entries.map((entry) => entry.line)).toEqual(["whole"])
  appendFileSync(file, text.slice(20))
  expect(found.texts({ since: cursor })).toEqual(["in two writes"])
})

test("it has the gateway's lines when they are asked for", async () => {
  await using found = await logs()
  found.write("web/process", 1, [line(1, "mine"), line(3, "mine again")])
  const file = join(dirname(logFileOf(found.path, ownerOf("web/process"))), "access.ndjson")
  appendFileSync(file, `${JSON.stringify({ ...line(2, "GET / 200", "access"), status: 200 })}\n`)
  expect(found.texts()).toEqual(["mine", "mine again"])
  const { entries, cursor } = found.page({ access: true })
  expect(entries[1]).toEqual({
    time: at(2),
    resource: "web",
    replica: 1,
    incarnation: 0,
    stream: "access",
    line: "GET / 200",
  })
  renameSync(file, `${file}.1`)
  appendFileSync(file, `${JSON.stringify(line(4, "GET / 404", "access"))}\n`)
  expect(found.texts({ access: true, since: cursor })).toEqual(["GET / 404"])
})

test("it ends a page of long lines early, and the next one goes on", async () => {
  await using found = await logs()
  const long = "x".repeat(60_000)
  found.write(
    "web/process",
    1,
    Array.from({ length: 150 }, (_, n) => line(n % 60, `${n} ${long}`)),
  )
  expect(found.page({ limit: 1000 }).entries.length).toBeLessThan(100)
  const start = encodeCursor([])
  const first = found.page({ limit: 1000, since: start })
  const second = found.page({ limit: 1000, since: first.cursor })
  const third = found.page({ limit: 1000, since: second.cursor })
  expect(first.entries.length + second.entries.length + third.entries.length).toBe(150)
})

test.each(["", "x", "AQ=", "AAAA", "AQEBAQEBAQEBAQ", "{}", "../../x", "AQ\u0000"])(
  "it refuses %j as a cursor",
  async (since) => {
    await using found = await logs()
    expect(() => found.page({ since })).toThrow(expect.objectContaining({ code: "cursor_invalid" }))
  },
)

test("it never leaves the logs, whatever the names are", async () => {
  await using found = await logs()
  found.write("web/process", 1, [line(1, "mine")])
  mkdirSync(join(found.path, "other"))
  writeFileSync(join(found.path, "other", "1.ndjson"), `${JSON.stringify(line(1, "not a log"))}\n`)
  for (const deployment of ["..", ".", "../logs/dep_a", "dep_none", ""]) expect(found.texts({ deployment })).toEqual([])
  for (const resource of ["../../other", "..", "/"]) expect(found.texts({ resource })).toEqual([])
  rmSync(join(found.path, "logs"), { recursive: true })
  expect(found.page()).toEqual({ entries: [], cursor: encodeCursor([]) })
})
