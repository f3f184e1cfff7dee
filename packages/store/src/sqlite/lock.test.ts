import { once } from "node:events"
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { type Child, kill, startProgram } from "../testing/child.ts"
import { lockDataDirectory } from "./lock.ts"

describe("the lock of a data directory", () => {
  let directory: string
  const children: Child[] = []
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "store-lock-"))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child)
    await rm(directory, { recursive: true })
  })

  const holderElsewhere = async () => {
    const child = startProgram("lock-program.ts", directory)
    children.push(child)
    const [said] = await once(child.stdout, "data")
    return { child, holder: JSON.parse(String(said)) }
  }

  test("names its holder in lock.json", async () => {
    const lock = await lockDataDirectory(directory, { command: "alien dev" })
    expect(lock.holder).toEqual({
      pid: process.pid,
      startedAt: Math.round(performance.timeOrigin),
      command: "alien dev",
    })
    expect(JSON.parse(await readFile(join(directory, "lock.json"), "utf8"))).toEqual(lock.holder)
    await lock.release()
  })

  test("refuses a second process, naming the first", async () => {
    const { child, holder } = await holderElsewhere()
    expect(holder.pid).toBe(child.pid)
    await expect(lockDataDirectory(directory)).rejects.toMatchObject({
      code: "data_directory_locked",
      message: expect.stringContaining(
        `process ${child.pid} (alien serve), running since ${new Date(holder.startedAt).toISOString()}`,
      ),
      context: { directory, holder },
    })
    expect(JSON.parse(await readFile(join(directory, "lock.json"), "utf8"))).toEqual(holder)
  })

  test("is free once its holder was killed", async () => {
    const { child } = await holderElsewhere()
    await kill(child)
    const lock = await lockDataDirectory(directory, { command: "alien dev" })
    expect(JSON.parse(await readFile(join(directory, "lock.json"), "utf8")).pid).toBe(process.pid)
    await lock.release()
  })

  test("refuses the same process too, until it is released", async () => {
    const lock = await lockDataDirectory(directory)
    await expect(lockDataDirectory(directory)).rejects.toMatchObject({ code: "data_directory_locked" })
    await expect(lockDataDirectory(directory)).rejects.toMatchObject({ code: "data_directory_locked" })
    await lock.release()
    await lock.release()
    expect(await readdir(directory)).not.toContain("lock.json")
    await (await lockDataDirectory(directory)).release()
  })

  test("refuses even where lock.json says nothing useful", async () => {
    const lock = await lockDataDirectory(directory)
    for (const text of ["", "{", "null", "[]", '{"pid": "x"}', '{"pid": 1, "startedAt": 1e300, "command": "x"}']) {
      await writeFile(join(directory, "lock.json"), text)
      await expect(lockDataDirectory(directory)).rejects.toMatchObject({
        code: "data_directory_locked",
        message: expect.stringContaining("another process"),
      })
    }
    await lock.release()
  })

  test("creates the directory for its owner alone", async () => {
    const nested = join(directory, "new", "data")
    const lock = await lockDataDirectory(nested)
    expect((await stat(nested)).mode & 0o777).toBe(0o700)
    expect((await stat(join(nested, "lock.json"))).mode & 0o777).toBe(0o600)
    await lock.release()
  })

  test("says why when the directory cannot be used", async () => {
    await writeFile(join(directory, "file"), "")
    await expect(lockDataDirectory(join(directory, "file", "data"))).rejects.toMatchObject({
      code: "store_unavailable",
      message: expect.stringContaining("ENOTDIR"),
    })
  })
})
