import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { problem } from "@alienplatform/core/error"
import { expect, test } from "vitest"
import { fakeContext } from "../testing/fake-context.ts"
import { type LocalStopper, stopWith } from "./stop.ts"

const OF_USER = "/people/u/data/manager"
const stopping = (stopLocal: LocalStopper["stopLocal"], running: readonly string[] = []): LocalStopper => ({
  stopLocal,
  runs: async (directory) => running.includes(directory),
})

const context = () => fakeContext({ cwd: "/data", env: { ALIEN_HOME: "/people/u" } })
const stopped = {
  supervisor: 7,
  gateway: true,
  workloads: [{ deployment: "dep_1", node: "api/process" }],
}

test("it says what it stopped and that it comes back", async () => {
  const shown = context()
  const asked: unknown[] = []
  const stop = async (...args: unknown[]) => {
    asked.push(args)
    return stopped
  }
  expect(await stopWith(stopping(stop), {}, shown)).toBe(0)
  expect(asked).toEqual([[OF_USER]])
  expect(shown.out).toBe(
    `Stopped for ${OF_USER}:\n  api/process of dep_1\n  the gateway\n  the supervisor (process 7)\n` +
      "They come back with the next alien serve or alien dev: same URLs, same ports.\n",
  )
})

test("where nothing runs it says so, and that is no failure", async () => {
  const shown = context()
  expect(
    await stopWith(
      stopping(async () => undefined),
      { data: "other" },
      shown,
    ),
  ).toBe(0)
  expect(shown.out).toBe("Nothing runs for /data/other.\n")
})

test("with --json it is one document", async () => {
  const shown = context()
  await stopWith(
    stopping(async () => stopped),
    { json: true },
    shown,
  )
  expect(JSON.parse(shown.out)).toEqual({ data: OF_USER, stopped })
})

test("while a manager works there it refuses, and names it", async () => {
  const locked = problem("data_directory_locked", {
    message: "data directory /data/.alien is in use by process 7; stop it",
  })
  await expect(
    stopWith(
      stopping(() => Promise.reject(locked)),
      {},
      context(),
    ),
  ).rejects.toMatchObject({
    code: "manager_running",
    message: "data directory /data/.alien is in use by process 7",
  })
})

test("from any folder it means the user's own directory, and beside `alien dev` the one for which something runs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "alien-stop-"))
  const ofDev = join(folder, ".alien")
  const cwd = join(folder, "api", "src")
  await mkdir(ofDev)
  await mkdir(cwd, { recursive: true })
  await writeFile(join(ofDev, "installation.json"), "{}")
  const stops = async (...running: string[]) => {
    const asked: string[] = []
    const stop = async (directory: string) => {
      asked.push(directory)
      return undefined
    }
    await stopWith(stopping(stop, running), {}, fakeContext({ cwd, env: { ALIEN_HOME: "/people/u" } }))
    return asked
  }
  try {
    expect([await stops(), await stops(OF_USER), await stops(ofDev)]).toEqual([[OF_USER], [OF_USER], [ofDev]])
    await expect(stops(ofDev, OF_USER)).rejects.toMatchObject({
      code: "data_directory_ambiguous",
      context: { directories: [ofDev, OF_USER] },
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
