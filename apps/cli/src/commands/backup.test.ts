import { expect, test } from "vitest"
import { fakeManager, type Replies } from "../testing/fake-manager.ts"
import { alien, lastOf } from "../testing/shop.ts"

const result = {
  directory: "/work/backup",
  installation: "ins_abcdefgh01234567",
  bytes: 3_500,
  contents: {
    database: { bytes: 2_048 },
    artifacts: { count: 2, bytes: 1_400 },
    certificates: { count: 3, bytes: 52 },
    key: true,
  },
}
const progress = { copiedBytes: 1_400, totalBytes: 3_500, path: "artifacts/x.tar.gz" }
const manager = (...lines: unknown[]) => fakeManager({ "POST /v1/backup": { lines } } satisfies Replies)

test("the path is of the folder, and it says the size, what is in it, and how to open it", async () => {
  await using server = await manager({ progress }, { result })
  const { exit, out, err } = await alien(server, ["backup", "backup"], {
    cwd: "/work",
    env: {
      ALIEN_MANAGER_URL: server.url,
      ALIEN_TOKEN: "t",
    },
  })
  expect([exit, server.seen[0]?.json]).toEqual([0, { directory: "/work/backup" }])
  expect(err).toContain("40 % of 3.4 KiB")
  for (const text of [
    "ins_abcdefgh01234567 is in /work/backup, 3.4 KiB:",
    "artifacts     2",
    "alien serve --data /work/backup",
  ])
    expect(out).toContain(text)
})

test("where the key is in no file, it says that it has to be kept too", async () => {
  await using server = await manager({ result: { ...result, contents: { ...result.contents, key: false } } })
  expect((await alien(server, ["backup", "/work/backup"])).out).toContain("ALIEN_ENCRYPTION_KEY alone; keep that too")
})

test("with --json it is one document per line", async () => {
  await using server = await manager({ progress }, { result })
  const { out } = await alien(server, ["backup", "/work/backup", "--json"])
  expect(out).toContain(JSON.stringify({ event: "backup", ...progress }))
  expect(lastOf(out)).toEqual({ result })
})

test("what fails on the way is the command's error", async () => {
  const error = { code: "backup_failed", message: "the disk is full", retryable: false, internal: false }
  await using server = await manager({ progress }, { error })
  const { exit, err } = await alien(server, ["backup", "/work/backup"])
  expect([exit, err]).toEqual([1, expect.stringContaining("the disk is full")])
})

test("an answer that breaks off is no success", async () => {
  await using server = await manager({ progress })
  const { exit, err } = await alien(server, ["backup", "/work/backup"])
  expect([exit, err]).toEqual([5, expect.stringContaining("answer_invalid")])
})

test("a relative path means nothing to a manager elsewhere, so it is asked nothing", async () => {
  const { exit, err } = await alien({ url: "https://manager.example" }, ["backup", "here"])
  expect([exit, err]).toEqual([2, expect.stringContaining("absolute path")])
})
