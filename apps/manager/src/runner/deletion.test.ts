import { expect, test } from "vitest"
import { Platforms } from "../platforms/platforms.ts"
import { type Answer, release, type TestManager, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"

const TEN_MINUTES = 10 * 60_000

async function create(manager: TestManager, more: object = {}): Promise<string> {
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", ...more })
  return body.deployment.id
}
const get = (manager: TestManager, id: string) => async () => (await manager.send("GET", `/v1/deployments/${id}`)).body
const reaches = (status: string) => (body: Answer["body"]) =>
  body.status === status && body.generation === body.observedGeneration
const remove = (manager: TestManager, id: string, action: string) =>
  manager.send("POST", `/v1/deployments/${id}/delete`, { action })
const isGone = async (manager: TestManager, id: string) => (await get(manager, id)()).cleanup.length === 0

/** A deployment that runs, with the runner that works on it. */
async function running(manager: TestManager, more: object = {}) {
  await release(manager)
  const id = await create(manager, more)
  const runner = manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  return { id, runner }
}

const types = (manager: TestManager) => [...manager.cloud.objects.keys()].map((key) => key.split("/")[0]).sort()

test("is deleted as soon as only what goes slowly is left, lists that, and frees its name", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  manager.cloud.hasNetworks = true
  const environmentVariables = [{ name: "KEY", value: "s3cr3t", type: "secret" }]
  const { id } = await running(manager, { environmentVariables })
  await remove(manager, id, "cleanup")
  const deleted = await manager.until(get(manager, id), reaches("deleted"))
  expect(types(manager)).toEqual(["fake.Network"])
  expect(deleted).toMatchObject({ environmentVariables: [], error: null })
  expect(deleted.cleanup).toMatchObject([{ node: "api/network", type: "fake.Network" }])
  const listed = await manager.send("GET", "/v1/deployments?status=deleted")
  expect(listed.body.items[0].cleanup).toHaveLength(1)
  expect(manager.cloud.calls).not.toContain(`leftovers ${id}`)
  const next = await create(manager, { hold: true })
  expect(next).not.toBe(id)
  expect((await get(manager, next)()).cleanup).toBeUndefined()

  manager.cloud.lose("fake.Network")
  clock.skip(TEN_MINUTES)
  await manager.until(
    () => isGone(manager, id),
    (gone) => gone,
  )
  await manager.until(
    async () => manager.cloud.calls,
    (calls) => calls.includes(`leftovers ${id}`),
  )
  expect(
    await manager.until(
      () => manager.store.nextDue(),
      (due) => due === undefined,
    ),
  ).toBeUndefined()
})

test("goes on with what goes slowly after a restart, and hurries when asked to", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  manager.cloud.hasNetworks = true
  const { id, runner } = await running(manager)
  manager.cloud.refused.add("delete fake.Network")
  await remove(manager, id, "cleanup")
  const deleted = await manager.until(get(manager, id), (body) => body.cleanup?.[0]?.why?.code === "denied")
  expect(deleted.status).toBe("deleted")
  await runner.close()
  const { deletedAt } = (await manager.store.deployment(id)) ?? {}

  manager.cloud.refused.clear()
  manager.startRunner()
  await manager.send("POST", `/v1/deployments/${id}/retry`)
  await manager.until(
    async () => manager.cloud.calls.filter((call) => call === "delete fake.Network").length,
    (count) => count === 2,
  )
  manager.cloud.lose("fake.Network")
  clock.skip(TEN_MINUTES)
  await manager.until(
    () => isGone(manager, id),
    (gone) => gone,
  )
  expect(await manager.store.deployment(id)).toMatchObject({ status: "deleted", deletedAt, error: null })
})

test("goes on with what goes slowly after a manager that did not serve the platform", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  manager.cloud.hasNetworks = true
  const { id, runner } = await running(manager)
  await remove(manager, id, "cleanup")
  await manager.until(get(manager, id), reaches("deleted"))
  await runner.close()
  const other = manager.startRunner({ platforms: new Platforms({}) })
  clock.skip(TEN_MINUTES)
  await manager.until(get(manager, id), ({ error }) => error?.code === "platform_not_supported")
  await other.close()
  manager.cloud.lose("fake.Network")
  manager.startRunner()
  clock.skip(TEN_MINUTES)
  await manager.until(
    () => isGone(manager, id),
    (gone) => gone,
  )
})

test("leaves what goes slowly when it is to be forgotten after all", async () => {
  await using manager = await testManager()
  manager.cloud.hasNetworks = true
  const { id } = await running(manager)
  await remove(manager, id, "cleanup")
  await manager.until(get(manager, id), reaches("deleted"))
  expect((await remove(manager, id, "forget")).body).toMatchObject({ status: "deleted", deleteAction: "forget" })
  await manager.until(
    () => isGone(manager, id),
    (gone) => gone,
  )
  expect(types(manager)).toEqual(["fake.Network"])
})

test.each([
  ["deletes are", "delete fake.Route"],
  ["reads are", "read fake.Route"],
])(
  "says that access is lost when all %s denied, lists the objects, and completes once there is access",
  async (_, call) => {
    const clock = new SkippingClock()
    await using manager = await testManager({ clock })
    const { id } = await running(manager)
    manager.cloud.refused.add(call)
    await remove(manager, id, "cleanup")
    const failed = await manager.until(get(manager, id), reaches("delete-failed"))
    expect(failed.error).toMatchObject({
      code: "access_lost",
      message: expect.stringContaining(`${call} is not allowed`),
    })
    expect(failed.error.context.objects).toEqual([
      { node: "api/program", type: "fake.Program", id: expect.stringMatching(/^fake.Program\//) },
      { node: "api/route/web", type: "fake.Route", id: expect.stringMatching(/^fake.Route\//) },
    ])

    const asked = manager.cloud.calls.length
    clock.skip(1.3 * TEN_MINUTES)
    await manager.until(
      async () => manager.cloud.calls.slice(asked),
      (calls) => calls.includes("read fake.Route"),
    )
    manager.cloud.refused.clear()
    clock.skip(1.3 * TEN_MINUTES)
    await manager.until(get(manager, id), reaches("deleted"))
    expect(types(manager)).toEqual([])
  },
)

test("completes at once when access is back and a retry is asked for", async () => {
  await using manager = await testManager()
  const { id } = await running(manager)
  manager.cloud.refused.add("read fake.Route")
  await remove(manager, id, "cleanup")
  await manager.until(get(manager, id), reaches("delete-failed"))
  manager.cloud.refused.clear()
  await manager.send("POST", `/v1/deployments/${id}/retry`)
  await manager.until(get(manager, id), reaches("deleted"))
})

test("does not speak of lost access when only the slow objects are denied", async () => {
  await using manager = await testManager()
  manager.cloud.hasNetworks = true
  const { id } = await running(manager)
  manager.cloud.refused.add("delete fake.Network")
  await remove(manager, id, "cleanup")
  expect(await manager.until(get(manager, id), reaches("deleted"))).toMatchObject({ error: null })
})

test("detaches: takes its marks off where it can, and leaves every object", async () => {
  await using manager = await testManager()
  const { id } = await running(manager)
  const calls = manager.cloud.calls.length
  expect((await remove(manager, id, "detach")).status).toBe(202)
  expect(await manager.until(get(manager, id), reaches("deleted"))).toMatchObject({ cleanup: [] })
  expect(types(manager)).toEqual(["fake.Program", "fake.Route"])
  const marked = [...manager.cloud.objects.values()].filter(({ owner }) => owner).map(({ id }) => id.split("/")[0])
  expect(marked).toEqual(["fake.Program"])
  const since = manager.cloud.calls.slice(calls)
  expect(since.filter((call) => /^(create|update|delete|leftovers)/.test(call))).toEqual([])
  expect(await manager.store.rows(id)).toEqual([])
  expect(
    await manager.until(
      () => manager.store.nextDue(),
      (due) => due === undefined,
    ),
  ).toBeUndefined()
})

test("refuses to detach where nobody else could run what is left, and changes nothing", async () => {
  await using manager = await testManager()
  manager.cloud.undetachable = "only this manager runs it"
  const { id } = await running(manager)
  const before = await get(manager, id)()
  const { status, body } = await remove(manager, id, "detach")
  expect([status, body.code]).toEqual([422, "detach_not_supported"])
  expect(body.message).toContain("only this manager runs it")
  expect(await get(manager, id)()).toEqual(before)
})

test("says why it cannot detach, and does it once it may", async () => {
  await using manager = await testManager()
  const { id } = await running(manager)
  manager.cloud.refused.add("unmark fake.Route")
  await remove(manager, id, "detach")
  const failed = await manager.until(get(manager, id), reaches("delete-failed"))
  expect(failed.error).toMatchObject({ code: "access_lost" })
  manager.cloud.refused.clear()
  await manager.send("POST", `/v1/deployments/${id}/retry`)
  await manager.until(get(manager, id), reaches("deleted"))
  expect(types(manager)).toEqual(["fake.Program", "fake.Route"])
})
