import type { ErrorJson } from "@alienplatform/core"
import { expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"
import { aDeployment, aRelease } from "../samples.ts"

const DENIED: ErrorJson = { code: "denied", message: "…", retryable: false, internal: false }

export function deploymentContract(fixture: Fixture): void {
  test("creates a pending deployment that is due at once", async () => {
    const { store } = fixture
    const { createdAt, ...given } = aDeployment("a", { desiredReleaseId: "rel_1" })
    const created = await store.createDeployment({ ...given, createdAt }, 1_000)
    expect(created).toEqual({
      ...given,
      status: "pending",
      currentReleaseId: null,
      previousReleaseId: null,
      retryRequested: false,
      deleteAction: null,
      generation: 1,
      observedGeneration: 0,
      error: null,
      drift: [],
      createdAt: 900,
      updatedAt: 1_000,
      deletedAt: null,
    })
    expect(await store.deployment("dep_a")).toEqual(created)
    expect(await store.deploymentByName("a")).toEqual(created)
    expect(await store.nextDue()).toBe(1_000)
  })

  test("creates one on hold that is not due", async () => {
    const { store } = fixture
    expect(await store.createDeployment(aDeployment("a", { hold: true }), 1_000)).toMatchObject({ hold: true })
    expect(await store.nextDue()).toBeUndefined()
    expect(await store.claim("manager-1", 9_000, 1)).toBeUndefined()
  })

  test("knows nothing of what was never stored", async () => {
    const { store } = fixture
    expect(await store.deployment("dep_x")).toBeUndefined()
    expect(await store.deploymentByName("x")).toBeUndefined()
    await expect(store.change("dep_x", {}, 1)).rejects.toMatchObject({ code: "not_found" })
  })

  test("refuses a name that is used, naming the holder, and writes nothing", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    await expect(store.createDeployment(aDeployment("a", { id: "dep_b" }), 1_000)).rejects.toMatchObject({
      code: "name_taken",
      context: { id: "dep_a" },
    })
    expect(await store.deployment("dep_b")).toBeUndefined()
    await expect(store.requestRun("dep_b", 1)).rejects.toMatchObject({ code: "not_found" })
  })

  test("gives a name to exactly one of those who ask at once", async () => {
    const { store } = fixture
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => store.createDeployment(aDeployment("a", { id: `dep_${index}` }), 1_000)),
    )
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
  })

  test("refuses an id twice", async () => {
    await fixture.store.createDeployment(aDeployment("a"), 1_000)
    await expect(fixture.store.createDeployment(aDeployment("b", { id: "dep_a" }), 1_000)).rejects.toMatchObject({
      code: "store_conflict",
    })
    expect(await fixture.store.deploymentByName("b")).toBeUndefined()
  })

  test("frees the name of a deleted deployment and hides it unless asked for", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    const { lease } = await fixture.claim()
    await store.report(lease, { status: "deleted", deletedAt: 2_000 }, 2_000)
    expect(await store.deploymentByName("a")).toBeUndefined()
    expect((await store.deployments({ limit: 9 })).items).toEqual([])
    await store.createDeployment(aDeployment("a", { id: "dep_again" }), 3_000)
    expect(await store.deploymentByName("a")).toMatchObject({ id: "dep_again" })
    expect(await store.deployment("dep_a")).toMatchObject({ status: "deleted", deletedAt: 2_000 })
    const deleted = await store.deployments({ limit: 9, status: "deleted" })
    expect(deleted.items.map(({ id }) => id)).toEqual(["dep_a"])
  })

  test("lists the newest first, filtered, in pages that stay stable while deployments are added", async () => {
    const { store } = fixture
    for (const name of ["e", "d", "c", "b"])
      await store.createDeployment(aDeployment(name, { platform: name === "c" ? "aws" : "local" }), 1_000)
    const first = await store.deployments({ limit: 2, platform: "local" })
    expect(first.items.map(({ name }) => name)).toEqual(["b", "d"])
    await store.createDeployment(aDeployment("a"), 1_000)
    const second = await store.deployments({ limit: 2, platform: "local", cursor: String(first.nextCursor) })
    expect(second).toMatchObject({ items: [{ name: "e" }], nextCursor: null })
    const names = async (filter: object) =>
      (await store.deployments({ limit: 9, ...filter })).items.map(({ name }) => name)
    expect(await names({ name: "c" })).toEqual(["c"])
    expect(await names({ name: "c", platform: "local" })).toEqual([])
    expect(await names({ id: "dep_d" })).toEqual(["d"])
    expect(await names({ id: "dep_d", name: "c" })).toEqual([])
    expect(await names({ status: "pending", platform: "aws" })).toEqual(["c"])
    expect(await names({ status: "running" })).toEqual([])
    await expect(store.deployments({ limit: 1, cursor: "later" })).rejects.toMatchObject({ code: "cursor_invalid" })
  })

  test("counts a generation and requests a run with every change", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a", { hold: true }), 1_000)
    const patch = {
      status: "deleting",
      desiredReleaseId: "rel_2",
      currentReleaseId: "rel_1",
      stackSettings: { updates: "auto", domains: {} },
      environmentVariables: [],
      hold: false,
      deleteAction: "cleanup",
      error: DENIED,
    } as const
    const changed = await store.change("dep_a", { ...patch, environmentVariables: [] }, 2_000)
    expect(changed).toMatchObject({ ...patch, generation: 2, observedGeneration: 0, updatedAt: 2_000 })
    expect(await store.deployment("dep_a")).toEqual(changed)
    expect(await store.nextDue()).toBe(2_000)
  })

  test("leaves out what a patch does not name, and clears what it sets to null", async () => {
    const { store } = fixture
    const created = await store.createDeployment(aDeployment("a", { desiredReleaseId: "rel_1" }), 1_000)
    expect(await store.change("dep_a", {}, 2_000)).toEqual({ ...created, generation: 2, updatedAt: 2_000 })
    const { lease } = await fixture.claim(2_000)
    await store.report(lease, { error: DENIED }, 3_000)
    expect(await store.report(lease, { error: null, desiredReleaseId: null }, 3_000)).toMatchObject({
      error: null,
      desiredReleaseId: null,
    })
  })

  test("counts no generation for what a run reports", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    const { lease, generation } = await fixture.claim()
    const reported = await store.report(lease, { status: "running", observedGeneration: generation }, 2_000)
    expect(reported).toMatchObject({ status: "running", generation: 1, observedGeneration: 1, updatedAt: 2_000 })
    expect(await store.deployment("dep_a")).toEqual(reported)
    await store.finish({ lease, generation }, null)
    expect(await store.nextDue()).toBeUndefined()
  })

  test("remembers the release that another one took the place of", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    const { lease } = await fixture.claim()
    const installed = async (release: string) => {
      const { currentReleaseId, previousReleaseId } = await store.report(lease, { currentReleaseId: release }, 2_000)
      return [currentReleaseId, previousReleaseId]
    }
    expect(await installed("rel_1")).toEqual(["rel_1", null])
    expect(await installed("rel_1")).toEqual(["rel_1", null])
    expect(await installed("rel_2")).toEqual(["rel_2", "rel_1"])
    expect(await installed("rel_2")).toEqual(["rel_2", "rel_1"])
    expect(await store.report(lease, { status: "running" }, 3_000)).toMatchObject({ previousReleaseId: "rel_1" })
    expect(await installed("rel_1")).toEqual(["rel_1", "rel_2"])
    expect((await store.deployment("dep_a"))?.previousReleaseId).toBe("rel_2")
  })

  test("keeps a request for a retry until a run that saw it reports", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    expect(await store.change("dep_a", { retryRequested: true }, 1_000)).toMatchObject({
      retryRequested: true,
      generation: 2,
    })
    const { lease, generation } = await fixture.claim()
    expect(await store.report(lease, { status: "provisioning" }, 2_000)).toMatchObject({ retryRequested: true })
    await store.change("dep_a", { retryRequested: true }, 2_000)
    expect(await store.report(lease, { retried: generation }, 2_000)).toMatchObject({ retryRequested: true })
    await store.change("dep_a", { stackSettings: { updates: "auto" } }, 2_000)
    expect(await store.report(lease, { retried: 3 }, 2_000)).toMatchObject({ retryRequested: false, generation: 4 })
    expect((await store.deployment("dep_a"))?.retryRequested).toBe(false)
  })

  test("publishes a draft together with the deployment that asks for it, and requests runs of its followers", async () => {
    const { store } = fixture
    const draft = aRelease("rel_draft", { draft: true })
    await store.createRelease(draft)
    await store.createDeployment(aDeployment("follows"), 1_000)
    await store.createDeployment(aDeployment("asks"), 1_000)
    await store.createDeployment(aDeployment("held", { hold: true, desiredReleaseId: draft.id }), 1_000)
    expect(await store.latestRelease("local")).toBeUndefined()
    await store.change("dep_asks", { stackSettings: { updates: "auto" } }, 2_000)
    expect((await store.release(draft.id))?.draft).toBe(true)
    expect(await store.change("dep_asks", { desiredReleaseId: draft.id }, 2_000)).toMatchObject({ generation: 3 })
    expect(await store.latestRelease("local")).toEqual({ ...draft, draft: false })
    const generations = async () =>
      Promise.all(["follows", "asks", "held"].map(async (name) => (await store.deploymentByName(name))?.generation))
    expect(await generations()).toEqual([2, 3, 1])
    await store.change("dep_held", { desiredReleaseId: draft.id }, 3_000)
    expect(await generations()).toEqual([2, 3, 2])
  })

  test("publishes a draft for a deployment that follows it from then on, with one new generation", async () => {
    const { store } = fixture
    const draft = aRelease("rel_draft", { draft: true })
    await store.createRelease(draft)
    await store.createDeployment(aDeployment("follows"), 1_000)
    await store.createDeployment(aDeployment("asks"), 1_000)
    const changed = await store.change("dep_asks", { desiredReleaseId: null, publishes: draft.id }, 2_000)
    expect(changed).toMatchObject({ desiredReleaseId: null, generation: 2 })
    expect((await store.deployment("dep_asks"))?.generation).toBe(2)
    expect((await store.deployment("dep_follows"))?.generation).toBe(2)
    expect((await store.latestRelease("local"))?.id).toBe(draft.id)
  })

  test("publishes a draft with a new deployment that runs it at once", async () => {
    const { store } = fixture
    await store.createRelease(aRelease("rel_draft", { draft: true }))
    await store.createDeployment(aDeployment("a", { desiredReleaseId: "rel_draft" }), 1_000)
    expect((await store.release("rel_draft"))?.draft).toBe(false)
  })

  test("requests runs of the followers of a platform's newest release alone", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("follows"), 1_000)
    await store.createDeployment(aDeployment("pinned", { desiredReleaseId: "rel_1" }), 1_000)
    await store.createDeployment(aDeployment("elsewhere", { platform: "aws" }), 1_000)
    await store.createDeployment(aDeployment("goes"), 1_000)
    await store.createDeployment(aDeployment("held", { hold: true }), 1_000)
    await store.change("dep_goes", { deleteAction: "cleanup", status: "deleting" }, 1_000)
    for (let due = 4; due > 0; due--) await store.finish(await fixture.claim(), null)
    expect(await store.nextDue()).toBeUndefined()

    expect(await store.requestFollowerRuns("local", "my-app", 5_000)).toBe(1)
    const { lease, generation } = await fixture.claim(5_000)
    expect([lease.deployment, generation]).toEqual(["dep_follows", 2])
    expect(await store.claim("m", 5_000, 1)).toBeUndefined()
    expect(await store.requestFollowerRuns("azure", "my-app", 6_000)).toBe(0)
  })

  test("requests runs of those that follow the stack of a release, not another one's", async () => {
    const { store } = fixture
    for (const stackId of ["my-app", "other"]) await store.createDeployment(aDeployment(stackId, { stackId }), 1_000)
    await store.createDeployment(aDeployment("new"), 1_000)
    const generations = async () =>
      Promise.all(["my-app", "other", "new"].map(async (name) => (await store.deploymentByName(name))?.generation))
    expect(await store.requestFollowerRuns("local", "my-app", 2_000)).toBe(2)
    expect(await generations()).toEqual([2, 1, 2])
    await store.createRelease(aRelease("rel_draft", { draft: true }))
    const changed = await store.change("dep_other", { stackId: "my-app", publishes: "rel_draft" }, 3_000)
    expect(changed).toMatchObject({ stackId: "my-app", generation: 2 })
    expect(await generations()).toEqual([3, 2, 3])
  })
}
