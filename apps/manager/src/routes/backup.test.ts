import { readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { testManager } from "../testing/manager.ts"
import { temporaryDirectory } from "../testing/temporary.ts"

test("answers one line per file, and the last one with the result", async () => {
  await using manager = await testManager()
  await using parent = await temporaryDirectory()
  await writeFile(join(manager.directory, "installation.json"), "{}")
  const directory = join(parent.path, "backup")
  const { status, headers, body } = await manager.send("POST", "/v1/backup", { directory })
  expect([status, headers.get("content-type")]).toEqual([200, "application/x-ndjson; charset=utf-8"])
  const lines = String(body)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
  expect(lines[0]).toMatchObject({ progress: { path: "manager.db" } })
  expect(lines.at(-1)).toMatchObject({ result: { directory, contents: { key: false } } })
  expect(await readdir(directory)).toContain("manager.db")
})

test("what is wrong with the directory is an error at once, with nothing written", async () => {
  await using manager = await testManager()
  const answer = await manager.send("POST", "/v1/backup", { directory: "backup" })
  expect(answer).toMatchObject({ status: 422, body: { code: "backup_target_invalid" } })
})

test("what fails later is the last line", async () => {
  await using manager = await testManager()
  await using parent = await temporaryDirectory()
  // A read of a directory as a file.
  const directory = join(parent.path, "backup")
  const begin = manager.backups.begin.bind(manager.backups)
  manager.backups.begin = async (path) => {
    const begun = await begin(path)
    await writeFile(directory, "in the way")
    return begun
  }
  const { body } = await manager.send("POST", "/v1/backup", { directory })
  expect(JSON.parse(String(body).trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
    error: { code: "backup_failed" },
  })
  expect(await readdir(parent.path)).toEqual(["backup"])
})
