import { expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"
import { aDeployment, anEndpoint, anObject, aRelease } from "../samples.ts"

export function installationContract(fixture: Fixture): void {
  test("is made on first use and stays the same", async () => {
    const first = await fixture.store.installation()
    expect(first).toEqual({ id: expect.stringMatching(/^ins_[a-z0-9]{16}$/), createdAt: expect.any(Number) })
    expect(await fixture.store.installation()).toEqual(first)
  })

  test("is the same for all who ask at once", async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => fixture.store.installation()))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  })

  test("keeps the first value by which the key is known again", async () => {
    const { store, reopen } = fixture
    await store.installation()
    expect(await store.keyCheck("first")).toBe("first")
    expect(await store.keyCheck("second")).toBe("first")
    if (reopen) expect(await (await reopen()).keyCheck("third")).toBe("first")
  })

  test("outlives the store, as everything does", async ({ skip }) => {
    const { store, reopen } = fixture
    if (!reopen) return skip()
    const installation = await store.installation()
    await store.createRelease(aRelease("rel_1"))
    const created = await store.createDeployment(aDeployment("a"), 1_000)
    const { lease } = await fixture.claim()
    await store.save(lease, { put: [anObject("obj_1")], choices: { "port:db": "9001" } })
    await store.saveEndpoints(lease, [anEndpoint("api", 0)])

    const again = await reopen()
    expect(await again.installation()).toEqual(installation)
    expect(await again.release("rel_1")).toEqual(aRelease("rel_1"))
    expect(await again.deployment(created.id)).toEqual(created)
    expect(await again.rows(created.id)).toEqual([anObject("obj_1")])
    expect(await again.choices(created.id)).toEqual({ "port:db": "9001" })
    expect(await again.endpoints(created.id)).toEqual([anEndpoint("api", 0)])
    await again.report(lease, { status: "running" }, 2_000)
    expect(await again.nextDue()).toBe(lease.until)
  })

  test("is refused once the store is closed, and closing twice is fine", async () => {
    const { store } = fixture
    await store.installation()
    await Promise.all([store.close(), store.close()])
    await store.close()
    await expect(store.installation()).rejects.toMatchObject({ code: "store_unavailable", retryable: true })
    await expect(store.deployment("dep_a")).rejects.toMatchObject({ code: "store_unavailable" })
    await expect(store.createRelease(aRelease("rel_1"))).rejects.toMatchObject({ code: "store_unavailable" })
  })
}
