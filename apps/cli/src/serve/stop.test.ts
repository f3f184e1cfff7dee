import { problem } from "@alienplatform/core/error"
import { expect, test } from "vitest"
import { fakeContext } from "../testing/fake-context.ts"
import { stopWith } from "./stop.ts"

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
  expect(await stopWith(stop, {}, shown)).toBe(0)
  expect(asked).toEqual([["/data/.alien", "/people/u/run"]])
  expect(shown.out).toBe(
    "Stopped for /data/.alien:\n  api/process of dep_1\n  the gateway\n  the supervisor (process 7)\n" +
      "They come back with the next alien serve or alien dev: same URLs, same ports.\n",
  )
})

test("where nothing runs it says so, and that is no failure", async () => {
  const shown = context()
  expect(await stopWith(async () => undefined, { data: "other" }, shown)).toBe(0)
  expect(shown.out).toBe("Nothing runs for /data/other.\n")
})

test("with --json it is one document", async () => {
  const shown = context()
  await stopWith(async () => stopped, { json: true }, shown)
  expect(JSON.parse(shown.out)).toEqual({ data: "/data/.alien", stopped })
})

test("while a manager works there it refuses, and names it", async () => {
  const locked = problem("data_directory_locked", {
    message: "data directory /data/.alien is in use by process 7; stop it",
  })
  await expect(stopWith(() => Promise.reject(locked), {}, context())).rejects.toMatchObject({
    code: "manager_running",
    message: "data directory /data/.alien is in use by process 7",
  })
})
