import { access, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { putArtifact, type TestManager, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"
import { sweepArtifacts } from "./sweep.ts"

const DAY = 24 * 3600 * 1000

const sweep = ({ store, artifacts, clock }: TestManager, more: { keepReleases?: number; paused?: boolean } = {}) =>
  sweepArtifacts({ store, artifacts, clock, keepReleases: more.keepReleases ?? 1, paused: () => more.paused ?? false })

/** Puts an artifact and releases a stack that runs it. */
async function releaseOfArtifact(manager: TestManager, content: string) {
  const sha256 = await putArtifact(manager, content)
  const code = { type: "artifact", sha256, toolchain: { type: "typescript" } }
  const config = { type: "worker", id: "api", code, publicEndpoints: [{ name: "web" }] }
  const stack = { id: "shop", resources: { api: { config, lifecycle: "live" } } }
  const { status, body } = await manager.send("POST", "/v1/releases", { projectId: "default", stack: { test: stack } })
  expect(status).toBe(201)
  return { id: body.id as string, sha256 }
}

test("artifacts that no release needs are removed, those of kept releases and of deployments are not", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  const pinned = await releaseOfArtifact(manager, "pinned")
  const old = await releaseOfArtifact(manager, "old")
  const last = await releaseOfArtifact(manager, "last")
  const body = { name: "shop", platform: "test", releaseId: pinned.id, hold: true }
  expect((await manager.send("POST", "/v1/deployments", body)).status).toBe(201)
  const never = await putArtifact(manager, "never released")
  expect(await sweep(manager)).toEqual({ releases: 1, artifacts: 0 })
  clock.skip(2 * DAY)
  expect(await sweep(manager, { paused: true })).toEqual({ releases: 0, artifacts: 0 })
  expect(await sweep(manager)).toEqual({ releases: 0, artifacts: 2 })
  expect(await Promise.all([pinned, old, last].map(({ sha256 }) => manager.artifacts.has(sha256)))).toEqual([
    true,
    false,
    true,
  ])
  expect(await manager.artifacts.has(never)).toBe(false)

  const shown = (await manager.send("GET", `/v1/releases/${old.id}`)).body
  expect(shown).toMatchObject({ id: old.id, platforms: ["test"], stack: { test: null }, removedAt: expect.any(String) })
  const { items } = (await manager.send("GET", "/v1/releases")).body
  expect(items.map(({ id }: { id: string }) => id)).toEqual([last.id, old.id, pinned.id])
  const { id } = (await manager.send("GET", "/v1/deployments?name=shop")).body.items[0]
  expect(await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId: old.id })).toMatchObject({
    status: 422,
    body: { code: "release_removed" },
  })
  expect((await releaseOfArtifact(manager, "old")).sha256).toBe(old.sha256)
  expect(await manager.artifacts.has(old.sha256)).toBe(true)
})

test("an artifact that is put again, or asked for by a release, is not removed under it", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  const sha256 = await putArtifact(manager, "twice")
  clock.skip(2 * DAY)
  await putArtifact(manager, "twice")
  expect(await sweep(manager)).toEqual({ releases: 0, artifacts: 0 })
  expect(await manager.artifacts.has(sha256)).toBe(true)
  // Written between the row's end and the file's.
  await manager.store.forgetArtifact(sha256, clock.now() + 1)
  await manager.artifacts.remove(sha256, 0)
  expect(await manager.artifacts.has(sha256)).toBe(true)
})

test("what a crash left between the row of an artifact and its file is removed, and uploads under way are not", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  const sha256 = await putArtifact(manager, "orphan")
  const file = manager.artifacts.file(sha256)
  const folder = join(manager.directory, "artifacts")
  await writeFile(join(folder, "under-way.upload"), "half")
  expect(await manager.store.forgetArtifact(sha256, clock.now() + 1)).toBe(true)
  await sweep(manager)
  await access(file)
  clock.skip(2 * DAY)
  await sweep(manager)
  expect(await readdir(folder)).toEqual(["under-way.upload"])
})
