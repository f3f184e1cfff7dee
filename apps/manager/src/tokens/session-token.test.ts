import { createClient } from "@alienplatform/api"
import { expect, test } from "vitest"
import { type ManagerOptions, startManager } from "../start/start.ts"
import { FakeCloud, fakePlatform } from "../testing/fake-platform.ts"
import { silent } from "../testing/manager.ts"
import { temporaryDirectory } from "../testing/temporary.ts"

const optionsFor = (dataDirectory: string, changes: Partial<ManagerOptions> = {}): ManagerOptions => ({
  ...{ dataDirectory, port: 0, logger: silent, platformOptions: {} },
  platforms: { test: async () => fakePlatform(new FakeCloud()) },
  ...changes,
})
const roleOf = (url: string, token: string | undefined) => createClient({ url, token }).whoami()

test("each session has a token of its own, and it is worth nothing in the next", async () => {
  await using directory = await temporaryDirectory()
  const first = await startManager(optionsFor(directory.path, { session: true }))
  expect(await roleOf(first.url, first.adminToken)).toMatchObject({ role: "admin" })
  await first.close()
  const second = await startManager(optionsFor(directory.path, { session: true }))
  expect(second.adminToken).not.toBe(first.adminToken)
  expect(await roleOf(second.url, second.adminToken)).toMatchObject({ role: "admin" })
  await expect(roleOf(second.url, first.adminToken)).rejects.toMatchObject({ code: "unauthorized" })
  await second.close()
})

test("it leaves the first admin token to whoever serves the data directory later", async () => {
  await using directory = await temporaryDirectory()
  await (await startManager(optionsFor(directory.path, { session: true }))).close()
  const served = await startManager(optionsFor(directory.path))
  expect(await roleOf(served.url, served.adminToken)).toMatchObject({ role: "admin" })
  await served.close()
})

test("what is to be warm is opened and prepared at once; a failure there does not keep the manager from starting", async () => {
  await using directory = await temporaryDirectory()
  const done: string[] = []
  const platforms = {
    test: async () => {
      done.push("opened")
      return { ...fakePlatform(new FakeCloud()), prepare: async () => void done.push("prepared") }
    },
    broken: () => Promise.reject(new Error("no")),
  }
  const manager = await startManager(optionsFor(directory.path, { platforms, warm: ["test", "broken"] }))
  await manager.close()
  expect(done).toEqual(["opened", "prepared"])
})
