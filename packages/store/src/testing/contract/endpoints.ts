import { anEndpointReport } from "@alienplatform/core/testing"
import { expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"
import { aDeployment, anEndpoint } from "../samples.ts"

export function endpointContract(fixture: Fixture): void {
  test("replaces all endpoints of a deployment and lists them in declared order", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    await store.createDeployment(aDeployment("b"), 1_000)
    const first = (await fixture.claim()).lease
    const second = (await fixture.claim()).lease
    expect(await store.endpoints("dep_a")).toEqual([])
    await store.saveEndpoints(first, [anEndpoint("api", 1), anEndpoint("zed", 0), anEndpoint("gone", 2)])
    await store.saveEndpoints(second, [anEndpoint("other", 0)])
    const changed = anEndpoint("api", 2, { report: anEndpointReport({ state: "failed" }) })
    await store.saveEndpoints(first, [changed, anEndpoint("zed", 0), anEndpoint("zed", 1, { endpoint: "admin" })])
    expect(await store.endpoints("dep_a")).toEqual([
      anEndpoint("zed", 0),
      anEndpoint("zed", 1, { endpoint: "admin" }),
      changed,
    ])
    await store.saveEndpoints(first, [])
    expect(await store.endpoints("dep_a")).toEqual([])
    expect(await store.endpoints("dep_b")).toEqual([anEndpoint("other", 0)])
  })

  test("keeps the endpoints that were there when the new ones cannot all be written", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a"), 1_000)
    const { lease } = await fixture.claim()
    await store.saveEndpoints(lease, [anEndpoint("api", 0)])
    await expect(store.saveEndpoints(lease, [anEndpoint("twice", 0), anEndpoint("twice", 1)])).rejects.toMatchObject({
      code: "store_conflict",
    })
    expect(await store.endpoints("dep_a")).toEqual([anEndpoint("api", 0)])
  })

  test("keeps the last plan", async () => {
    const { store } = fixture
    await store.createDeployment(aDeployment("a", { hold: true }), 1_000)
    expect(await store.plan("dep_a")).toBeUndefined()
    await store.savePlan("dep_a", { steps: ["create api/function"] }, 1_000)
    await store.savePlan("dep_a", { steps: [] }, 2_000)
    expect(await store.plan("dep_a")).toEqual({ plan: { steps: [] }, createdAt: 2_000 })
  })

  test("refuses a plan for a deployment that is not stored", async () => {
    await expect(fixture.store.savePlan("dep_x", {}, 1)).rejects.toMatchObject({ code: "not_found" })
  })
}
