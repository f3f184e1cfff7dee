import { mkdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { reservePort } from "./reserved-ports.ts"
import { freePort } from "./supervisor/ports.ts"
import { temporaryDirectory } from "./testing/temporary.ts"

async function directoriesIn(path: string, ...names: string[]) {
  const directories = names.map((name) => join(path, name))
  for (const directory of directories) await mkdir(directory)
  return directories
}

test("it gives each data directory its own port and keeps it", async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "config", "ports.json")
  const from = await freePort(new Set())
  const all = await directoriesIn(directory.path, "a", "b", "c")
  const reserve = (dataDirectory: string) => reservePort({ file, service: "gateway", dataDirectory, from })
  const ports = await Promise.all(all.map(reserve))
  expect(new Set(ports).size).toBe(3)
  expect(await Promise.all(all.map(reserve))).toEqual(ports)
})

test("it gives the port of a data directory that is gone to another", async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "ports.json")
  const from = await freePort(new Set())
  const [a = "", b = ""] = await directoriesIn(directory.path, "a", "b")
  const port = await reservePort({ file, service: "gateway", dataDirectory: a, from })
  await rm(a, { recursive: true })
  expect(await reservePort({ file, service: "manager", dataDirectory: b, from })).toBe(port)
})
