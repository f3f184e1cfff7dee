import { expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"
import { aDeployment, anObject } from "../samples.ts"

export function objectContract(fixture: Fixture): void {
  const claimed = async (name: string) => {
    await fixture.store.createDeployment(aDeployment(name), 1_000)
    return (await fixture.claim()).lease
  }
  const happened = (at: number, event = "created") => ({ at, node: "api/function", event })

  test("inserts, overwrites and removes rows by their key", async () => {
    const { store } = fixture
    const lease = await claimed("a")
    expect(await store.rows("dep_a")).toEqual([])
    await store.save(lease, { put: [anObject("obj_2"), anObject("obj_1")] })
    expect(await store.rows("dep_a")).toEqual([anObject("obj_1"), anObject("obj_2")])
    const changed = anObject("obj_1", { call: null, props: null, state: { status: "settled", why: null } })
    await store.save(lease, { put: [changed, anObject("obj_3")], remove: ["obj_2", "obj_unknown"] })
    expect(await store.rows("dep_a")).toEqual([changed, anObject("obj_3")])
  })

  test("keeps the last of two rows with one key", async () => {
    const { store } = fixture
    const lease = await claimed("a")
    await store.save(lease, { put: [anObject("obj_1"), anObject("obj_1", { tries: 7 })] })
    expect(await store.rows("dep_a")).toEqual([anObject("obj_1", { tries: 7 })])
  })

  test("keeps deployments apart, even where keys are equal", async () => {
    const { store } = fixture
    const first = await claimed("a")
    const second = await claimed("b")
    await store.save(first, { put: [anObject("obj_1")], choices: { "port:db": "1" } })
    await store.save(second, { put: [anObject("obj_1", { tries: 9 })], choices: { "port:db": "2" } })
    await store.save(second, { remove: ["obj_1"] })
    expect(await store.rows("dep_a")).toEqual([anObject("obj_1")])
    expect(await store.rows("dep_b")).toEqual([])
    expect(await store.choices("dep_a")).toEqual({ "port:db": "1" })
    expect(await store.choices("dep_b")).toEqual({ "port:db": "2" })
  })

  test("adds to choices and overwrites them by key", async () => {
    const { store } = fixture
    const lease = await claimed("a")
    await store.save(lease, { choices: { "port:db": "9001", "shard:api": "s" } })
    await store.save(lease, { choices: { "port:db": "9002" } })
    expect(await store.choices("dep_a")).toEqual({ "port:db": "9002", "shard:api": "s" })
  })

  test("drops choices by key, of one deployment alone, and keeps one that is made again with it", async () => {
    const { store } = fixture
    const first = await claimed("a")
    const second = await claimed("b")
    for (const lease of [first, second])
      await store.save(lease, { choices: { "port:db": "9001", "shard:api": "s", "#incarnation:api/function": "2" } })
    await store.save(first, { dropChoices: ["port:db", "shard:api", "shard:unknown"] })
    expect(await store.choices("dep_a")).toEqual({ "#incarnation:api/function": "2" })
    expect(Object.keys(await store.choices("dep_b"))).toHaveLength(3)
  })

  test("writes large changes whole", async () => {
    const { store } = fixture
    const lease = await claimed("a")
    const put = Array.from({ length: 750 }, (_, index) => anObject(`obj_${String(index).padStart(4, "0")}`))
    const choices = Object.fromEntries(put.map(({ object }) => [object, "taken"]))
    await store.save(lease, { put, choices, events: put.map((_, index) => happened(index)) })
    expect(await store.rows("dep_a")).toEqual(put)
    expect(Object.keys(await store.choices("dep_a"))).toHaveLength(750)
    expect((await store.events("dep_a", { limit: 1_000 })).map(({ at }) => at)).toEqual(put.map((_, index) => index))
    await store.save(lease, { remove: put.map(({ object }) => object) })
    expect(await store.rows("dep_a")).toEqual([])
  })

  test("writes nothing when a part of the change cannot be written", async () => {
    const { store } = fixture
    const lease = await claimed("a")
    const notStorable = anObject("obj_2", { props: { size: 1n } })
    await expect(store.save(lease, { events: [happened(1)], put: [anObject("obj_1"), notStorable] })).rejects.toThrow()
    expect(await store.rows("dep_a")).toEqual([])
    expect(await store.events("dep_a", { limit: 9 })).toEqual([])
  })

  test("lists events oldest first, after a cursor", async () => {
    const { store } = fixture
    const lease = await claimed("a")
    const full = { ...happened(5), object: "obj_1", code: "denied", message: "the cloud said no" }
    await store.save(lease, { events: [happened(9), full] })
    await store.save(lease, { events: [happened(1, "settled")] })
    const all = await store.events("dep_a", { limit: 9 })
    expect(all.map(({ sequence, ...event }) => event)).toEqual([happened(9), full, happened(1, "settled")])
    const after = all[0]?.sequence ?? 0
    expect(await store.events("dep_a", { after, limit: 1 })).toEqual([all[1]])
    expect(await store.events("dep_a", { after: all[2]?.sequence ?? 0, limit: 9 })).toEqual([])
    expect(await store.events("dep_b", { limit: 9 })).toEqual([])
  })

  test("drops old events, and goes on counting where it was", async () => {
    const { store } = fixture
    const lease = await claimed("a")
    await store.save(lease, { events: [happened(10), happened(20), happened(30)] })
    expect(await store.pruneEvents(30)).toBe(2)
    expect((await store.events("dep_a", { limit: 9 })).map(({ at }) => at)).toEqual([30])
    const [last] = await store.events("dep_a", { limit: 1 })
    expect(await store.pruneEvents(99)).toBe(1)
    expect(await store.pruneEvents(99)).toBe(0)
    await store.save(lease, { events: [happened(100)] })
    expect(await store.events("dep_a", { after: last?.sequence ?? 0, limit: 9 })).toMatchObject([{ at: 100 }])
  })
}
