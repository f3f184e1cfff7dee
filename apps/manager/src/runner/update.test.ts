import { expect, test } from "vitest"
import { probedStack, releaseStack, type TestManager, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"

const [GOOD, BAD, BETTER] = ["acme/api:good", "acme/api:bad", "acme/api:better"]
const MINUTE = 60_000

/** A deployment that runs its first release, `GOOD`. */
async function running() {
  const clock = new SkippingClock()
  const manager = await testManager({ clock })
  const good = await releaseStack(manager, probedStack(GOOD))
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const path = `/v1/deployments/${body.deployment.id}`
  const get = async () => (await manager.send("GET", path)).body
  const target = async () => {
    const { resources } = (await manager.send("GET", `${path}/info`)).body
    const { state, conditions } = resources.api.endpoints.web
    return { state, ...conditions.find(({ type }: { type: string }) => type === "target") }
  }
  const runner = manager.startRunner()
  await manager.until(get, ({ status }) => status === "running")
  await manager.until(target, ({ state }) => state === "ready")
  return { manager, clock, good, path, get, target, runner }
}

/** Gates are asked after ever longer pauses. */
const later = (clock: SkippingClock, ms: number) => clock.skip(ms)
const routed = ({ cloud }: TestManager) =>
  [...cloud.objects.values()].flatMap(({ props }) => ("program" in props ? [props.program] : []))

test("calls an update failed once it has not been ready for a minute, and the old version serves on", async () => {
  const { manager, clock, good, get, target } = await running()
  await using _ = manager
  const before = routed(manager)
  manager.cloud.notReady.add(BAD)
  const bad = await releaseStack(manager, probedStack(BAD))
  await manager.until(target, ({ code }) => code === "update_in_progress")
  expect(await get()).toMatchObject({ status: "updating", error: null })
  later(clock, MINUTE)
  const failed = await manager.until(get, ({ status }) => status === "update-failed")
  expect(failed).toMatchObject({ currentReleaseId: good, observedGeneration: failed.generation })
  expect(failed.error).toMatchObject({
    code: "update_failed",
    context: { node: "api/readiness", code: "probe_failed", releaseId: bad },
  })
  expect(failed.error.message).toContain("last lines of the app:\n  boom")
  const condition = await manager.until(target, ({ code }) => code === "update_failed")
  expect(condition).toMatchObject({ state: "ready", status: "ok", on: "vendor" })
  expect(routed(manager)).toEqual(before)
})

test("heals by itself when the new version becomes ready after all", async () => {
  const { manager, clock, good, get, target } = await running()
  await using _ = manager
  manager.cloud.notReady.add(BAD)
  const bad = await releaseStack(manager, probedStack(BAD))
  await manager.until(target, ({ code }) => code === "update_in_progress")
  later(clock, MINUTE)
  await manager.until(get, ({ status }) => status === "update-failed")
  manager.cloud.notReady.clear()
  later(clock, MINUTE)
  const healed = await manager.until(get, ({ status }) => status === "running")
  expect(healed).toMatchObject({ error: null, currentReleaseId: bad, previousReleaseId: good })
  await manager.until(target, ({ code }) => code === null)
})

test("calls an update failed at once when it crashes, with its last lines", async () => {
  const { manager, get, target } = await running()
  await using _ = manager
  manager.cloud.crashing.add(BAD)
  await releaseStack(manager, probedStack(BAD))
  const failed = await manager.until(get, ({ status }) => status === "update-failed")
  expect(failed.error).toMatchObject({ code: "update_failed", context: { code: "workload_crashed" } })
  expect(failed.error.message).toContain("exited with 1; its last lines:\n  boom")
  await manager.until(target, ({ state, code }) => state === "ready" && code === "update_failed")
})

test("rolls back from a failed update without waiting for its gate", async () => {
  const { manager, clock, good, path, get, target } = await running()
  await using _ = manager
  manager.cloud.notReady.add(BAD)
  await releaseStack(manager, probedStack(BAD))
  await manager.until(target, ({ code }) => code === "update_in_progress")
  later(clock, MINUTE)
  await manager.until(get, ({ status }) => status === "update-failed")
  const asked = await manager.send("POST", `${path}/redeploy`, { previous: true })
  expect(asked).toMatchObject({ status: 200, body: { desiredReleaseId: good } })
  const back = await manager.until(get, ({ status }) => status === "running")
  expect(back).toMatchObject({ error: null, currentReleaseId: good, desiredReleaseId: good })
  await manager.until(target, ({ code }) => code === null)
  const programs = [...manager.cloud.objects.keys()].filter((key) => key.startsWith("fake.Revision"))
  expect(programs).toHaveLength(1)
})

test("goes on from a failed update with the next release, and gives that one its own patience", async () => {
  const { manager, clock, get, target } = await running()
  await using _ = manager
  manager.cloud.notReady.add(BAD).add(BETTER)
  await releaseStack(manager, probedStack(BAD))
  await manager.until(target, ({ code }) => code === "update_in_progress")
  later(clock, MINUTE)
  await manager.until(get, ({ status }) => status === "update-failed")
  const better = await releaseStack(manager, probedStack(BETTER))
  await manager.until(target, ({ code }) => code === "update_in_progress")
  expect(await get()).toMatchObject({ status: "updating", error: null })
  manager.cloud.notReady.clear()
  later(clock, MINUTE / 2)
  expect(await manager.until(get, ({ status }) => status === "running")).toMatchObject({ currentReleaseId: better })
})

test("keeps a failed update failed over a restart of the manager", async () => {
  const { manager, clock, get, target, runner } = await running()
  await using _ = manager
  manager.cloud.notReady.add(BAD)
  await releaseStack(manager, probedStack(BAD))
  await manager.until(target, ({ code }) => code === "update_in_progress")
  later(clock, MINUTE)
  await manager.until(target, ({ code }) => code === "update_failed")
  await runner.close()
  const seen: string[] = []
  const { report } = manager.store
  manager.store.report = (lease, change, now) => {
    if (change.status) seen.push(change.status)
    return report(lease, change, now)
  }
  manager.startRunner()
  await manager.until(
    async () => {
      later(clock, MINUTE / 6)
      return seen
    },
    ({ length }) => length > 0,
  )
  expect(new Set(seen)).toEqual(new Set(["update-failed"]))
  expect([(await get()).error.code, (await target()).code]).toEqual(["update_failed", "update_failed"])
})

test("keeps a first deploy that is not ready yet provisioning, and fails one that crashes", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  manager.cloud.notReady.add(GOOD)
  await releaseStack(manager, probedStack(GOOD))
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const get = async () => (await manager.send("GET", `/v1/deployments/${body.deployment.id}`)).body
  manager.startRunner()
  await manager.until(get, ({ status }) => status === "provisioning")
  const before = manager.cloud.calls.length
  await manager.until(
    async () => {
      later(clock, MINUTE / 2)
      return manager.cloud.calls.length
    },
    (calls) => calls > before + 5,
  )
  expect(await get()).toMatchObject({ status: "provisioning", error: null })
  manager.cloud.crashing.add(GOOD)
  const failed = await manager.until(
    async () => {
      later(clock, MINUTE)
      return get()
    },
    ({ status }) => status === "provisioning-failed",
  )
  expect(failed.error).toMatchObject({ code: "workload_crashed" })
})
