import { describe, expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"
import { aDeployment, anEndpoint, anObject, aRelease } from "../samples.ts"

const CHOICES = { "port:db": "9001", "#incarnation:api/old": "4" }
const OLD = anObject("obj_1", { incarnation: 1, doomed: true })
const LIVE = anObject("obj_2", { incarnation: 2, name: "k7c2m9qd-api-function-2" })

export function deletionContract(fixture: Fixture): void {
  /** A deployment with two objects and all that a run writes, claimed for its deletion. */
  const deleting = async (name = "a") => {
    const { store } = fixture
    await store.createDeployment(aDeployment(name), 1_000)
    await store.change(`dep_${name}`, { status: "deleting", deleteAction: "cleanup" }, 1_000)
    await store.savePlan(`dep_${name}`, { steps: [] }, 1_000)
    const { lease } = await fixture.claim()
    const events = [{ at: 1_000, node: "api/function", event: "delete" }]
    await store.save(lease, { put: [OLD, LIVE], choices: CHOICES, events })
    await store.saveEndpoints(lease, [anEndpoint("api", 0)])
    return lease
  }
  const forgotten = async (name = "a") => {
    const { store } = fixture
    const lease = await deleting(name)
    await store.report(lease, { currentReleaseId: "rel_1", status: "deleted", deletedAt: 2_000 }, 2_000)
    await store.forget(lease, 2_000)
    return lease
  }

  describe("a deployment that is deleted while slow objects are left", () => {
    const deletedEarly = async () => {
      const { store } = fixture
      const lease = await deleting()
      await store.save(lease, { remove: [LIVE.object] })
      await store.report(lease, { status: "deleted", deletedAt: 2_000 }, 2_000)
      await store.finish({ lease, generation: 2 }, 9_000)
    }

    test("frees its name at once, and is due until they are gone", async () => {
      const { store } = fixture
      await deletedEarly()
      expect(await store.createDeployment(aDeployment("a", { id: "dep_next", hold: true }), 3_000)).toMatchObject({
        name: "a",
      })
      const claim = await fixture.claim(9_000)
      expect(claim.lease.deployment).toBe("dep_a")
      await store.save(claim.lease, { remove: [OLD.object] })
      await store.finishDeletion(claim.lease)
      expect(await store.nextDue()).toBeUndefined()
      expect(await store.leftovers(["dep_a"])).toEqual([])
    })

    test("lists them, and why they are there", async () => {
      const { store } = fixture
      await deletedEarly()
      const { object, node, type, id, name } = OLD
      const why = { code: "dns_record_missing", message: "…", on: "person", expected: "a", observed: null }
      expect(await store.leftovers(["dep_a"])).toEqual([{ deployment: "dep_a", object, node, type, id, name, why }])
    })

    test("stays deleted, whatever a late change or report says", async () => {
      const { store } = fixture
      await deletedEarly()
      await store.createDeployment(aDeployment("a", { id: "dep_next", hold: true }), 3_000)
      const change = { status: "deleting", deleteAction: "forget" } as const
      expect(await store.change("dep_a", change, 4_000)).toMatchObject({ status: "deleted", deleteAction: "forget" })
      const { lease } = await fixture.claim(9_000)
      expect(await store.report(lease, { status: "delete-failed" }, 9_000)).toMatchObject({ status: "deleted" })
      expect(await store.deploymentByName("a")).toMatchObject({ id: "dep_next" })
    })
  })

  test("lists what is left of several deployments, in their order, and nothing of others", async () => {
    const { store } = fixture
    for (const name of ["b", "a", "c"]) await deleting(name)
    const left = await store.leftovers(["dep_b", "dep_a", "dep_unknown"])
    expect(left.map(({ deployment, object }) => [deployment, object])).toEqual([
      ["dep_a", "obj_1"],
      ["dep_a", "obj_2"],
      ["dep_b", "obj_1"],
      ["dep_b", "obj_2"],
    ])
    expect(await store.leftovers([])).toEqual([])
  })

  test("keeps the row and the events of a deployment of which nothing is left, and nothing else", async () => {
    const { store } = fixture
    const lease = await deleting()
    await store.save(lease, { remove: [OLD.object, LIVE.object] })
    await store.report(lease, { status: "deleted", deletedAt: 2_000 }, 2_000)
    await store.finishDeletion(lease)
    expect(await store.nextDue()).toBeUndefined()
    expect(await store.choices("dep_a")).toEqual({})
    expect(await store.plan("dep_a")).toBeUndefined()
    expect(await store.deployment("dep_a")).toMatchObject({ status: "deleted" })
    expect(await store.events("dep_a", { limit: 9 })).toHaveLength(1)
    await expect(store.requestRun("dep_a", 1)).rejects.toMatchObject({ code: "not_found" })
    await expect(store.change("dep_a", {}, 1)).rejects.toMatchObject({ code: "not_found" })
  })

  describe("a deployment that is forgotten", () => {
    test("has no objects, endpoints or plan any more, and no address of an object", async () => {
      const { store } = fixture
      await forgotten()
      expect(await store.rows("dep_a")).toEqual([])
      expect(await store.leftovers(["dep_a"])).toEqual([])
      expect(await store.endpoints("dep_a")).toEqual([])
      expect(await store.plan("dep_a")).toBeUndefined()
      expect(JSON.stringify(await store.choices("dep_a"))).not.toContain("process-1")
    })

    test("keeps its row, its events and its choices", async () => {
      const { store } = fixture
      await forgotten()
      expect(await store.deployment("dep_a")).toMatchObject({ status: "deleted", resourcePrefix: "k7c2m9qd" })
      expect(await store.events("dep_a", { limit: 9 })).toHaveLength(1)
      expect(await store.choices("dep_a")).toMatchObject({ ...CHOICES, "#incarnation:api/function": "2" })
    })

    test("is due for nothing, and no run of it can be requested", async () => {
      const { store } = fixture
      const lease = await forgotten()
      expect(await store.nextDue()).toBeUndefined()
      expect(await store.endLeases(9_000)).toBe(0)
      expect(await store.claim("m", 99_000, 1)).toBeUndefined()
      await expect(store.requestRun("dep_a", 1)).rejects.toMatchObject({ code: "not_found" })
      await expect(store.change("dep_a", {}, 1)).rejects.toMatchObject({ code: "not_found" })
      await expect(store.finish({ lease, generation: 2 }, 1)).rejects.toMatchObject({ code: "lease_lost" })
    })
  })

  describe("a deployment that is adopted", () => {
    const adoption = { name: "again", createdWith: "beef" }

    test("begins again with its id, prefix and settings, due at once", async () => {
      const { store } = fixture
      await forgotten()
      const before = await store.deployment("dep_a")
      const adopted = await store.adopt("dep_a", adoption, 5_000)
      expect(adopted).toEqual({
        ...before,
        ...adoption,
        status: "pending",
        deleteAction: null,
        deletedAt: null,
        generation: (before?.generation ?? 0) + 1,
        updatedAt: 5_000,
      })
      expect(await store.deploymentByName("again")).toEqual(adopted)
      expect(await store.nextDue()).toBe(5_000)
    })

    test("takes what is asked for with it, and waits where it is to be held", async () => {
      const { store } = fixture
      await forgotten()
      const wanted = {
        ...adoption,
        desiredReleaseId: "rel_2",
        stackId: "other",
        stackSettings: { updates: "auto" as const, domains: {} },
        environmentVariables: [],
        target: { aws: { accountId: "1" } },
        hold: true,
      }
      expect(await store.adopt("dep_a", wanted, 5_000)).toMatchObject(wanted)
      expect(await store.nextDue()).toBeUndefined()
    })

    test("has rows again that tell by which marks its objects are found", async () => {
      const { store } = fixture
      await forgotten()
      await store.adopt("dep_a", adoption, 5_000)
      const rows = await store.rows("dep_a")
      expect(rows).toMatchObject([
        { object: "obj_1", incarnation: 1, doomed: true, id: null },
        { object: "obj_2", incarnation: 2, name: "k7c2m9qd-api-function-2", id: null, props: LIVE.props },
      ])
      expect(await store.choices("dep_a")).toEqual({ ...CHOICES, "#incarnation:api/function": "2" })
    })

    test("counts epochs and events on, and can be forgotten again", async () => {
      const { store } = fixture
      const { epoch } = await forgotten()
      await store.adopt("dep_a", adoption, 5_000)
      const { lease } = await fixture.claim(5_000)
      expect(lease.epoch).toBeGreaterThan(epoch)
      await store.save(lease, { events: [{ at: 5_000, node: "api/function", event: "settled" }] })
      const [first, second] = await store.events("dep_a", { limit: 9 })
      expect(second?.sequence).toBeGreaterThan(first?.sequence ?? 0)
      await store.report(lease, { status: "deleted", deletedAt: 6_000 }, 6_000)
      await store.forget(lease, 6_000)
      expect(await store.adopt("dep_a", adoption, 7_000)).toMatchObject({ status: "pending" })
      expect(await store.rows("dep_a")).toHaveLength(2)
    })

    test("publishes a draft that it is to run, as a new one does", async () => {
      const { store } = fixture
      await forgotten()
      await store.createRelease(aRelease("rel_draft", { draft: true }))
      await store.adopt("dep_a", { ...adoption, desiredReleaseId: "rel_draft" }, 5_000)
      expect((await store.release("rel_draft"))?.draft).toBe(false)
    })

    test("wakes whoever waits for a requested run", async () => {
      const { store } = fixture
      await forgotten()
      let woken = 0
      store.onRunRequested(() => {
        woken += 1
      })
      await store.adopt("dep_a", adoption, 5_000)
      await store.nextDue()
      expect(woken).toBe(1)
    })

    test("was forgotten before: what runs, and what was deleted with its objects, is refused", async () => {
      const { store } = fixture
      const lease = await deleting()
      const refused = { code: "not_forgotten", message: expect.stringContaining("dep_a") }
      await expect(store.adopt("dep_a", adoption, 5_000)).rejects.toMatchObject(refused)
      await store.report(lease, { status: "deleted", deletedAt: 2_000 }, 2_000)
      await expect(store.adopt("dep_a", adoption, 5_000)).rejects.toMatchObject(refused)
      await store.finishDeletion(lease)
      await expect(store.adopt("dep_a", adoption, 5_000)).rejects.toMatchObject(refused)
    })

    test("is refused when it is adopted already", async () => {
      const { store } = fixture
      await forgotten()
      const asked = [1, 2, 3].map((index) => store.adopt("dep_a", { ...adoption, name: `again-${index}` }, 5_000))
      const outcomes = await Promise.allSettled(asked)
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
      expect(outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []))).toEqual([
        "not_forgotten",
        "not_forgotten",
      ])
    })

    test("is one of this installation", async () => {
      await expect(fixture.store.adopt("dep_elsewhere", adoption, 5_000)).rejects.toMatchObject({
        code: "other_installation",
      })
    })

    test("needs a name that nobody has, and stays forgotten without one", async () => {
      const { store } = fixture
      await forgotten()
      await store.createDeployment(aDeployment("again", { hold: true }), 3_000)
      await expect(store.adopt("dep_a", adoption, 5_000)).rejects.toMatchObject({
        code: "name_taken",
        context: { id: "dep_again" },
      })
      expect(await store.rows("dep_a")).toEqual([])
      expect(await store.nextDue()).toBeUndefined()
      expect(await store.adopt("dep_a", { ...adoption, name: "another" }, 5_000)).toMatchObject({ name: "another" })
    })
  })
}
