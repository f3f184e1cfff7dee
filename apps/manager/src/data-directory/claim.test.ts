import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { lockDataDirectory } from "@alienplatform/store"
import { afterEach, beforeEach, expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { claimInstallation } from "./claim.ts"

let parent: Awaited<ReturnType<typeof temporaryDirectory>>
let file: string
let [original, copy] = ["", ""]
beforeEach(async () => {
  parent = await temporaryDirectory()
  file = join(parent.path, "config", "installations.json")
  original = join(parent.path, "original")
  copy = join(parent.path, "copy")
  for (const directory of [original, copy]) await mkdir(directory, { mode: 0o700 })
})
afterEach(() => parent[Symbol.asyncDispose]())

const claim = (dataDirectory: string, running: readonly string[] = []) =>
  claimInstallation({ file, installation: "ins_a", dataDirectory, runs: async (one) => running.includes(one) })
const noted = async () => JSON.parse(await readFile(file, "utf8")).installations

test("a copy is refused while the original's manager works, or what it deployed runs, and taken after that", async () => {
  await claim(original)
  const lock = await lockDataDirectory(original)
  const refused = (what: string) => ({ code: "installation_running", message: expect.stringContaining(what) })
  await expect(claim(copy)).rejects.toMatchObject(refused("its manager runs"))
  await lock.release()
  await expect(claim(copy, [original])).rejects.toMatchObject(refused("what it deployed runs"))
  expect(await noted()).toEqual({ ins_a: original })
  await claim(copy)
  expect(await noted()).toEqual({ ins_a: copy })
  await expect(claim(original, [copy])).rejects.toMatchObject(refused("what it deployed runs"))
})

test("an original that is gone, or was never noted, is in nobody's way", async () => {
  await claim(original)
  await rm(original, { recursive: true })
  await claim(copy, [original])
  await claimInstallation({ file, installation: "ins_b", dataDirectory: copy, runs: async () => true })
  expect(await noted()).toEqual({ ins_a: copy, ins_b: copy })
})

test("two that start at the same moment: one is refused", async () => {
  const locks = [await lockDataDirectory(original), await lockDataDirectory(copy)]
  const results = await Promise.allSettled([claim(original), claim(copy)])
  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"])
  for (const lock of locks) await lock.release()
})

test("a note that is damaged says nothing, and is written anew", async () => {
  await mkdir(join(parent.path, "config"))
  await writeFile(file, "{")
  await claim(copy)
  expect(await noted()).toEqual({ ins_a: copy })
})
