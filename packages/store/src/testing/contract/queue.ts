import { expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"
import { aDeployment } from "../samples.ts"

export function queueContract(fixture: Fixture): void {
  /** A deployment whose run nobody has requested yet. */
  const idle = (name: string) => fixture.store.createDeployment(aDeployment(name, { hold: true }), 0)

  test("gives out the most overdue first, each to one", async () => {
    const { store } = fixture
    await idle("a")
    await idle("b")
    await idle("c")
    await store.requestRun("dep_a", 300)
    await store.requestRun("dep_b", 100)
    await store.requestRun("dep_c", 900)
    expect(await store.nextDue()).toBe(100)
    const first = await store.claim("manager-1", 500, 1_000)
    expect(first).toEqual({
      lease: { deployment: "dep_b", holder: "manager-1", epoch: 1, until: 1_500 },
      generation: 1,
    })
    expect((await store.claim("manager-2", 500, 1_000))?.lease.deployment).toBe("dep_a")
    expect(await store.claim("manager-2", 500, 1_000)).toBeUndefined()
    expect(await store.nextDue()).toBe(900)
  })

  test("never gives one deployment to two who claim at once", async () => {
    const { store } = fixture
    for (let index = 0; index < 12; index++) await store.createDeployment(aDeployment(`d${index}`), 10)
    const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => store.claim(`m${index}`, 10, 1_000)))
    const deployments = claims.flatMap((claim) => (claim ? [claim.lease.deployment] : []))
    expect(deployments).toHaveLength(12)
    expect(new Set(deployments).size).toBe(12)
  })

  test("keeps the earlier of two requested runs", async () => {
    const { store } = fixture
    await idle("a")
    await store.requestRun("dep_a", 500)
    await store.requestRun("dep_a", 800)
    expect(await store.nextDue()).toBe(500)
    await store.requestRun("dep_a", 200)
    expect(await store.nextDue()).toBe(200)
    expect(await store.claim("m", 199, 1)).toBeUndefined()
    expect(await store.claim("m", 200, 1)).toBeDefined()
  })

  test("refuses a run of a deployment that is not stored", async () => {
    await expect(fixture.store.requestRun("dep_x", 1)).rejects.toMatchObject({ code: "not_found" })
  })

  test("runs again exactly once for any number of requests during a run", async () => {
    const { store } = fixture
    await idle("a")
    await store.requestRun("dep_a", 100)
    const run = await fixture.claim(100)
    await store.requestRun("dep_a", 110)
    await store.requestRun("dep_a", 120)
    await store.change("dep_a", {}, 130)
    expect(await store.claim("m", 200, 1)).toBeUndefined()
    await store.finish(run, null)
    expect(await store.nextDue()).toBe(110)
    const again = await fixture.claim(200)
    expect(again.generation).toBe(2)
    await store.finish(again, null)
    expect(await store.nextDue()).toBeUndefined()
  })

  test("is due again when the run says so, or earlier when one is requested", async () => {
    const { store } = fixture
    await idle("a")
    await store.requestRun("dep_a", 100)
    await store.finish(await fixture.claim(100), 700)
    expect(await store.nextDue()).toBe(700)
    const second = await fixture.claim(700)
    await store.requestRun("dep_a", 900)
    await store.finish(second, 5_000)
    expect(await store.nextDue()).toBe(900)
    const third = await fixture.claim(900)
    await store.requestRun("dep_a", 9_000)
    await store.finish(third, 2_000)
    expect(await store.nextDue()).toBe(2_000)
  })

  test("tells that a claim succeeds when the lease ends, whatever is requested meanwhile", async () => {
    const { store } = fixture
    await idle("a")
    await store.requestRun("dep_a", 100)
    await store.claim("m", 100, 1_000)
    await store.requestRun("dep_a", 150)
    expect(await store.nextDue()).toBe(1_100)
  })

  test("calls back after a commit that made something due earlier", async () => {
    const { store } = fixture
    const seen: (number | undefined)[] = []
    const readings: Promise<unknown>[] = []
    const unsubscribe = store.onRunRequested(() => readings.push(store.nextDue().then((due) => seen.push(due))))
    const after = async () => {
      await Promise.all(readings.splice(0))
      return seen.splice(0)
    }
    await idle("a")
    expect(await after()).toEqual([])
    await store.requestRun("dep_a", 500)
    expect(await after()).toEqual([500])
    await store.requestRun("dep_a", 800)
    expect(await after()).toEqual([])
    await store.createDeployment(aDeployment("b"), 400)
    expect(await after()).toEqual([400])
    await store.change("dep_a", {}, 300)
    expect(await after()).toEqual([300])
    await expect(store.change("dep_x", {}, 100)).rejects.toMatchObject({ code: "not_found" })
    expect(await after()).toEqual([])
    await store.finish(await fixture.claim(300), 200)
    expect(await after()).toEqual([200])
    await store.requestFollowerRuns("local", "my-app", 100)
    expect(await after()).toEqual([100])
    unsubscribe()
    await store.requestRun("dep_a", 50)
    expect(await after()).toEqual([])
  })
}
