import type { Lease } from "@alienplatform/engine"
import { describe, expect, test } from "vitest"
import type { Store } from "../../store.ts"
import type { Fixture } from "../fixture.ts"
import { aDeployment, anEndpoint, anObject } from "../samples.ts"

/** Every write that a run makes, each trying to leave a trace. */
const writes: Record<string, (store: Store, lease: Lease) => Promise<unknown>> = {
  save: (store, lease) =>
    store.save(lease, {
      put: [anObject("obj_late")],
      remove: ["obj_1"],
      choices: { late: "1" },
      events: [{ at: 1, node: "api/function", event: "created" }],
    }),
  saveEndpoints: (store, lease) => store.saveEndpoints(lease, [anEndpoint("late", 0)]),
  report: (store, lease) => store.report(lease, { status: "running" }, 9_000),
  renew: (store, lease) => store.renew(lease, 99_000),
  finish: (store, lease) => store.finish({ lease, generation: 1 }, 1),
  finishDeletion: (store, lease) => store.finishDeletion(lease),
  forget: (store, lease) => store.forget(lease, 9_000),
}

export function leaseContract(fixture: Fixture): void {
  test("moves the end of a lease when it is renewed", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    const { lease } = await fixture.claim(1_000, "manager-1", 500)
    expect(await store.renew(lease, 4_000)).toEqual({ ...lease, until: 4_000 })
    expect(await store.nextDue()).toBe(4_000)
    expect(await store.claim("manager-2", 3_999, 500)).toBeUndefined()
  })

  test("is taken over with a higher epoch once it ended, with what was requested meanwhile", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    const { lease } = await fixture.claim(1_000, "manager-1", 500)
    await store.change("dep_a", {}, 1_100)
    expect(await store.claim("manager-2", 1_499, 500)).toBeUndefined()
    const taken = await store.claim("manager-2", 1_500, 500)
    expect(taken).toMatchObject({ lease: { holder: "manager-2", until: 2_000 }, generation: 2 })
    expect(taken?.lease.epoch).toBeGreaterThan(lease.epoch)
    if (taken) await store.finish(taken, null)
    expect(await store.nextDue()).toBeUndefined()
  })

  test("still holds after its end as long as nobody took over", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    const { lease } = await fixture.claim(1_000, "manager-1", 500)
    await store.save(lease, { put: [anObject("obj_1")] })
    expect(await store.renew(lease, 90_000)).toMatchObject({ until: 90_000 })
  })

  describe.each(Object.entries(writes))("%s", (_, write) => {
    const traces = async (store: Store) => ({
      deployment: await store.deployment("dep_a"),
      rows: await store.rows("dep_a"),
      choices: await store.choices("dep_a"),
      events: await store.events("dep_a", { limit: 9 }),
      endpoints: await store.endpoints("dep_a"),
      plan: await store.plan("dep_a"),
      nextDue: await store.nextDue(),
    })
    const prepared = async () => {
      const { store } = fixture
      await store.createDeployment(aDeployment("a"), 1_000)
      await store.savePlan("dep_a", { steps: [] }, 1_000)
      const claim = await fixture.claim(1_000, "manager-1", 500)
      await store.save(claim.lease, { put: [anObject("obj_1")], choices: { "port:db": "9001" } })
      await store.saveEndpoints(claim.lease, [anEndpoint("api", 0)])
      return claim
    }

    test("is refused after a takeover and writes nothing", async () => {
      const { store } = fixture
      const { lease } = await prepared()
      await fixture.claim(1_500, "manager-2", 500)
      const before = await traces(store)
      await expect(write(store, lease)).rejects.toMatchObject({ code: "lease_lost" })
      expect(await traces(store)).toEqual(before)
    })

    test("is refused after a takeover by a process of the same name", async () => {
      const { store } = fixture
      const { lease } = await prepared()
      await fixture.claim(1_500, "manager-1", 500)
      const before = await traces(store)
      await expect(write(store, lease)).rejects.toMatchObject({ code: "lease_lost" })
      expect(await traces(store)).toEqual(before)
    })

    test("is refused after the run was finished and writes nothing", async () => {
      const { store } = fixture
      const claim = await prepared()
      await store.finish(claim, 7_000)
      const before = await traces(store)
      await expect(write(store, claim.lease)).rejects.toMatchObject({ code: "lease_lost" })
      expect(await traces(store)).toEqual(before)
    })
  })

  test("ends with all others at a word, however long it would last, and its run can write no more", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    await store.createDeployment(aDeployment("b"), 1_000)
    const { lease } = await fixture.claim(1_000, "killed", 1e9)
    await store.finish(await fixture.claim(1_000), 9_000)
    expect(await store.endLeases(2_000)).toBe(1)
    await expect(store.report(lease, { status: "running" }, 2_000)).rejects.toMatchObject({ code: "lease_lost" })
    expect((await fixture.claim(2_000, "next")).lease).toMatchObject({ deployment: "dep_a", holder: "next" })
    expect(await store.claim("next", 8_999, 500)).toBeUndefined()
    expect(await store.endLeases(3_000)).toBe(1)
    expect(await store.nextDue()).toBe(3_000)
  })
}
