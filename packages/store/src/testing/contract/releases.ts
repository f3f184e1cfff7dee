import { expect, test } from "vitest"
import type { Release } from "../../store.ts"
import type { Fixture } from "../fixture.ts"
import { aDeployment, aRelease } from "../samples.ts"

export function releaseContract(fixture: Fixture): void {
  test("keeps an artifact, the first one of a hash, and when it was put last", async () => {
    const { store } = fixture
    await store.putArtifact({ sha256: "ab", size: 5_000_000_000, createdAt: 1 })
    await store.putArtifact({ sha256: "ab", size: 7, createdAt: 2 })
    expect(await store.artifact("ab")).toEqual({ sha256: "ab", size: 5_000_000_000, createdAt: 2 })
    expect(await store.artifact("cd")).toBeUndefined()
  })

  test("gives back a release as it was stored", async () => {
    const { store } = fixture
    await store.createRelease(aRelease("rel_1"))
    await store.createRelease(aRelease("rel_2", { gitMetadata: null, baseImage: null, stack: {} }))
    expect(await store.release("rel_1")).toEqual(aRelease("rel_1"))
    expect(await store.release("rel_2")).toEqual(aRelease("rel_2", { gitMetadata: null, baseImage: null, stack: {} }))
    expect(await store.release("rel_3")).toBeUndefined()
  })

  test("refuses an id twice and keeps the first", async () => {
    const { store } = fixture
    await store.createRelease(aRelease("rel_1"))
    await expect(store.createRelease(aRelease("rel_1", { projectId: "other" }))).rejects.toMatchObject({
      code: "store_conflict",
    })
    expect((await store.releases({ limit: 9 })).items).toEqual([aRelease("rel_1")])
  })

  test("finds the newest for a platform, also among those of the same millisecond", async () => {
    const { store } = fixture
    expect(await store.latestRelease()).toBeUndefined()
    await store.createRelease(aRelease("rel_z", { stack: { aws: {}, local: {} } }))
    await store.createRelease(aRelease("rel_m", { stack: { aws: {} } }))
    await store.createRelease(aRelease("rel_a", { stack: { gcp: {} } }))
    expect((await store.latestRelease("local"))?.id).toBe("rel_z")
    expect((await store.latestRelease("aws"))?.id).toBe("rel_m")
    expect((await store.latestRelease())?.id).toBe("rel_a")
    expect(await store.latestRelease("azure")).toBeUndefined()
  })

  test("finds the newest of one stack", async () => {
    const { store } = fixture
    await store.createRelease(aRelease("rel_1"))
    await store.createRelease(aRelease("rel_2", { stack: { local: { id: "other" } } }))
    expect((await store.latestRelease("local", "my-app"))?.id).toBe("rel_1")
    expect((await store.latestRelease("local", null))?.id).toBe("rel_2")
    expect(await store.latestRelease("local", "nobody's")).toBeUndefined()
  })

  test("lists the newest first, in pages that stay stable while releases are added", async () => {
    const { store } = fixture
    for (const id of ["rel_1", "rel_2", "rel_3", "rel_4", "rel_5"]) await store.createRelease(aRelease(id))
    const first = await store.releases({ limit: 2 })
    expect(first.items.map(({ id }) => id)).toEqual(["rel_5", "rel_4"])
    await store.createRelease(aRelease("rel_0"))
    const second = await store.releases({ limit: 2, cursor: String(first.nextCursor) })
    expect(second.items.map(({ id }) => id)).toEqual(["rel_3", "rel_2"])
    const last = await store.releases({ limit: 2, cursor: String(second.nextCursor) })
    expect(last).toMatchObject({ items: [{ id: "rel_1" }], nextCursor: null })
    expect((await store.releases({ limit: 6 })).nextCursor).toBeNull()
  })

  test("leaves drafts out of the newest and of the list, unless they are asked for", async () => {
    const { store } = fixture
    await store.createRelease(aRelease("rel_1"))
    await store.createRelease(aRelease("rel_2", { draft: true }))
    expect((await store.latestRelease())?.id).toBe("rel_1")
    expect((await store.latestRelease("local"))?.id).toBe("rel_1")
    const ids = async (drafts?: boolean) =>
      (await store.releases({ limit: 9, ...(drafts === undefined ? {} : { drafts }) })).items.map(({ id }) => id)
    expect(await ids()).toEqual(["rel_1"])
    expect(await ids(true)).toEqual(["rel_2", "rel_1"])
    expect(await store.release("rel_2")).toEqual(aRelease("rel_2", { draft: true }))
  })

  test("drops drafts that are old and that no deployment names", async () => {
    const { store } = fixture
    const draft = (id: string, createdAt: number) => store.createRelease(aRelease(id, { draft: true, createdAt }))
    await store.createRelease(aRelease("rel_kept"))
    await draft("rel_old", 1_000)
    await draft("rel_named", 1_000)
    await draft("rel_gone", 1_000)
    await draft("rel_young", 2_000)
    await store.createDeployment(aDeployment("a", { hold: true, desiredReleaseId: "rel_named" }), 1_000)
    await store.createDeployment(aDeployment("b", { hold: true, desiredReleaseId: "rel_gone" }), 1_000)
    await store.createDeployment(aDeployment("c", { hold: true }), 1_000)
    await store.change("dep_b", { status: "deleted" }, 1_000)
    expect(await store.pruneDrafts(2_000)).toBe(2)
    const { items } = await store.releases({ limit: 9, drafts: true })
    expect(items.map(({ id }) => id)).toEqual(["rel_young", "rel_named", "rel_kept"])
    expect(await store.release("rel_old")).toBeUndefined()
    expect(await store.pruneDrafts(2_000)).toBe(0)
  })

  test("removes old releases but the newest of each stack and platform, drafts, and those in use", async () => {
    const { store } = fixture
    const stack = { id: "my-app" }
    const of = (...platforms: string[]) => Object.fromEntries(platforms.map((platform) => [platform, stack]))
    const make = (id: string, more: Partial<Release> = {}) => store.createRelease(aRelease(id, more))
    await make("rel_forgotten")
    await make("rel_previous")
    await make("rel_current")
    await make("rel_pinned")
    await make("rel_aws", { stack: of("aws", "local") })
    await make("rel_other", { stack: { local: { id: "other" } } })
    await make("rel_draft", { draft: true })
    await make("rel_deleted")
    for (const id of ["rel_1", "rel_2", "rel_3"]) await make(id)
    await store.createDeployment(aDeployment("a", { desiredReleaseId: "rel_pinned" }), 1_000)
    for (const id of ["rel_previous", "rel_current"]) await store.change("dep_a", { currentReleaseId: id }, 1_000)
    await store.createDeployment(aDeployment("b", { desiredReleaseId: "rel_deleted" }), 1_000)
    await store.change("dep_b", { status: "deleted" }, 1_000)
    expect(await store.removeOldReleases(2, 5_000)).toBe(3)
    const { items } = await store.releases({ limit: 20, drafts: true })
    const removed = items.filter(({ removedAt }) => removedAt !== undefined)
    expect(removed.map(({ id }) => id)).toEqual(["rel_1", "rel_deleted", "rel_forgotten"])
    expect(removed[0]).toEqual({ ...aRelease("rel_1"), stack: { local: null }, removedAt: 5_000 })
    expect(await store.removeOldReleases(2, 6_000)).toBe(0)
    expect((await store.latestRelease("aws"))?.id).toBe("rel_aws")
    const stacks: string[] = []
    for await (const text of store.releasedStacks()) stacks.push(text)
    expect(stacks).toHaveLength(8)
    for (const change of [{ desiredReleaseId: "rel_1" }, { publishes: "rel_1" }])
      await expect(store.change("dep_a", change, 1_000)).rejects.toMatchObject({ code: "release_removed" })
    const late = aDeployment("late", { hold: true, desiredReleaseId: "rel_1" })
    await expect(store.createDeployment(late, 1_000)).rejects.toMatchObject({ code: "release_removed" })
  })

  test("forgets an artifact unless it was put or asked for since", async () => {
    const { store } = fixture
    for (const sha256 of ["a", "b", "c"]) await store.putArtifact({ sha256, size: 1, createdAt: 1_000 })
    expect(await store.touchArtifact("b", 3_000)).toEqual({ sha256: "b", size: 1, createdAt: 3_000 })
    expect(await store.touchArtifact("none", 3_000)).toBeUndefined()
    await store.putArtifact({ sha256: "c", size: 1, createdAt: 3_000 })
    expect(await store.artifactsBefore(2_000)).toEqual(["a"])
    expect(await store.forgetArtifact("b", 2_000)).toBe(false)
    expect(await store.forgetArtifact("a", 2_000)).toBe(true)
    expect(await store.artifact("a")).toBeUndefined()
    expect(await store.artifact("c")).toMatchObject({ createdAt: 3_000 })
  })

  test("refuses a cursor that no list gave", async () => {
    for (const cursor of ["", "x", "-1", "1e3", "1; drop table releases", "9".repeat(400)])
      await expect(fixture.store.releases({ limit: 2, cursor })).rejects.toMatchObject({ code: "cursor_invalid" })
  })
}
