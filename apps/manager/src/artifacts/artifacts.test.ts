import { createHash } from "node:crypto"
import { readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { codeOf } from "@alienplatform/core"
import { expect, test } from "vitest"
import { putArtifact, testManager } from "../testing/manager.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { openArtifacts } from "./artifacts.ts"

const hash = (bytes: string) => createHash("sha256").update(bytes).digest("hex")
async function* chunks(...parts: string[]) {
  for (const part of parts) yield Buffer.from(part)
}

test("stores what was sent under its hash", async () => {
  await using manager = await testManager()
  const sha256 = await putArtifact(manager, "bundle")
  expect(await readFile(manager.artifacts.file(sha256), "utf8")).toBe("bundle")
  expect(await manager.store.artifact(sha256)).toMatchObject({ sha256, size: 6 })
})

test("answers 201 once and 200 from then on", async () => {
  await using manager = await testManager()
  const headers = { authorization: `Bearer ${manager.token}` }
  const put = () => manager.app.request(`/v1/artifacts/${hash("b")}`, { method: "PUT", headers, body: "b" })
  expect((await put()).status).toBe(201)
  expect((await put()).status).toBe(200)
})

test("leaves nothing of content with another hash", async () => {
  await using manager = await testManager()
  const headers = { authorization: `Bearer ${manager.token}` }
  const path = `/v1/artifacts/${hash("this")}`
  const answer = await manager.app.request(path, { method: "PUT", headers, body: "that" })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ code: "artifact_hash_mismatch" })
  expect(await readdir(join(manager.directory, "artifacts"))).toEqual([])
  expect(await manager.store.artifact(hash("this"))).toBeUndefined()
})

test("leaves nothing of content above the limit or that breaks off", async () => {
  await using directory = await temporaryDirectory()
  const artifacts = await openArtifacts(directory.path, 4)
  await expect(artifacts.write(hash("12345"), chunks("123", "45"))).rejects.toSatisfy(
    (error) => codeOf(error) === "request_too_large",
  )
  async function* broken() {
    yield Buffer.from("1")
    throw new Error("connection lost")
  }
  for (let count = 0; count < 50; count++)
    await expect(artifacts.write(hash("1"), broken())).rejects.toThrow("connection lost")
  expect(await readdir(directory.path)).toEqual([])
})

test("takes no names but hashes, so no path leads out of the directory", async () => {
  await using manager = await testManager()
  const headers = { authorization: `Bearer ${manager.token}` }
  for (const name of ["..%2f..%2fkey", "x".repeat(64), hash("b").toUpperCase(), `${hash("b")}%00`])
    expect((await manager.app.request(`/v1/artifacts/${name}`, { method: "PUT", headers, body: "b" })).status).toBe(400)
  expect(await readdir(join(manager.directory, "artifacts"))).toEqual([])
})

test("removes what a crash left of an upload when it opens", async () => {
  await using directory = await temporaryDirectory()
  await writeFile(join(directory.path, "left.upload"), "half")
  await writeFile(join(directory.path, "whole.tar.gz"), "whole")
  await openArtifacts(directory.path)
  expect(await readdir(directory.path)).toEqual(["whole.tar.gz"])
})

test("says that nothing can be written when the disk does not take it", async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, "artifacts")
  const artifacts = await openArtifacts(path)
  await rm(path, { recursive: true })
  const refused = { code: "store_unavailable", retryable: true, message: expect.stringContaining(path) }
  await expect(artifacts.write(hash("a"), chunks("a"))).rejects.toMatchObject(refused)
  await writeFile(path, "in the way")
  await expect(openArtifacts(path)).rejects.toMatchObject(refused)
})

test("takes no byte of an upload that is refused for what it announces, for its query or for its token", async () => {
  await using manager = await testManager()
  let pulled = 0
  const put = async (query: string, more: Record<string, string>) => {
    const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 })
    const headers = { authorization: `Bearer ${manager.token}`, "content-type": "application/gzip", ...more }
    const path = `/v1/artifacts/${"a".repeat(64)}${query}`
    return (await manager.app.request(path, { method: "PUT", headers, body, duplex: "half" } as RequestInit)).status
  }
  const large = { "content-length": String(manager.artifacts.maxBytes + 1) }
  const statuses = [await put("", large), await put("?force=1", {}), await put("", { authorization: "Bearer x" })]
  expect([...statuses, pulled]).toEqual([413, 400, 401, 0])
})
