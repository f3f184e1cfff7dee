import { type CloudCall, type Interference, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const Thing = tiny("thing")
const one = (type: TinyType) => (graph: Graph) => void graph.add(type, "api/thing", { size: 1 })

/** Reads go on answering what they saw before a delete, for so long after it. */
const seenAfterDelete = (ms: number): TinyType => {
  let last: Awaited<ReturnType<TinyType["read"]>>
  let until = 0
  return {
    ...Thing,
    async read(args) {
      const found = await Thing.read(args)
      last = found ?? last
      return found ?? (args.cloud.clock.now() < until ? last : undefined)
    },
    async delete(args) {
      until ||= args.cloud.clock.now() + ms
      return Thing.delete(args)
    },
  }
}

/** Times of the deletes that arrived while `act` was done, ms since its start. */
async function deletesDuring(
  deployment: TinyDeployment,
  act: (trouble: Interference) => Promise<unknown>,
): Promise<number[]> {
  const start = deployment.clock.now()
  const times: number[] = []
  const before = ({ verb }: CloudCall) => void (verb === "delete" && times.push(deployment.clock.now() - start))
  await act({ before })
  return times
}

/** Runs that follow each other as they are due, for so long. */
async function runFor(deployment: TinyDeployment, ms: number, trouble: Interference): Promise<void> {
  const end = deployment.clock.now() + ms
  while (deployment.clock.now() < end) {
    const { dueAt } = await deployment.run(null, { trouble })
    if (dueAt === null) return
    await deployment.clock.advance(Math.max(0, dueAt - deployment.clock.now()))
  }
}

describe("a delete that was answered", () => {
  test("is not repeated while reads may still show the object", async () => {
    const Late = seenAfterDelete(4_000)
    const deployment = new TinyDeployment([Late])
    await deployment.converge(one(Late))
    const deletes = await deletesDuring(deployment, (trouble) => deployment.converge(null, { trouble }))
    expect(deletes).toHaveLength(1)
  })

  test("is repeated, later and later, when reads show the object for longer than they should", async () => {
    const Later = seenAfterDelete(60_000)
    const deployment = new TinyDeployment([Later])
    await deployment.converge(one(Later))
    const deletes = await deletesDuring(deployment, (trouble) => deployment.converge(null, { trouble }))
    const gaps = deletes.slice(1).map((time, index) => time - (deletes[index] ?? 0))
    expect(deletes.length).toBeGreaterThan(1)
    expect(deletes.length).toBeLessThan(5)
    expect(gaps).toEqual([...gaps].sort((left, right) => left - right))
    expect(gaps[0]).toBeGreaterThanOrEqual(5_000)
  })

  test("without effect becomes a condition, and is made about once an hour", async () => {
    const Stuck: TinyType = { ...Thing, delete: ({ cloud }) => cloud.request("delete", "thing", () => undefined) }
    const deployment = new TinyDeployment([Stuck])
    await deployment.converge(one(Stuck))
    const { calls } = deployment.cloud
    const deletes = await deletesDuring(deployment, (trouble) => runFor(deployment, DAY, trouble))
    expect(deletes.length).toBeGreaterThan(20)
    expect(deletes.length).toBeLessThan(35)
    expect(deployment.cloud.calls - calls).toBeLessThan(300)
    expect(deployment.store.events.length).toBeLessThan(300)
    expect(await deployment.row("api/thing")).toMatchObject({
      doomed: true,
      state: { status: "waiting", why: { code: "delete_without_effect" } },
    })
    deployment.cloud.objects.delete(deployment.onlyObject("thing").id)
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
  })
})

describe("a destroy", () => {
  const Backend = tiny(
    "backend",
    { identity: { by: "assigned" }, replaceOn: ["color"], retireAfter: DAY },
    { address: "assigned" },
  )
  const backend = (color: string) => (graph: Graph) => void graph.add(Backend, "api/backend", { color })

  test("does not keep an object for as long as a release would", async () => {
    const deployment = new TinyDeployment([Backend])
    await deployment.converge(backend("blue"))
    const start = deployment.clock.now()
    await deployment.converge(null)
    expect(deployment.clock.now() - start).toBeLessThan(MINUTE)
  })

  test("does not keep what a release has replaced before", async () => {
    const deployment = new TinyDeployment([Backend])
    await deployment.converge(backend("blue"))
    await deployment.run(backend("green"))
    expect(deployment.objects("backend")).toHaveLength(2)
    const start = deployment.clock.now()
    await deployment.converge(null)
    expect(deployment.clock.now() - start).toBeLessThan(MINUTE)
    expect(deployment.objects("backend")).toEqual([])
  })
})

describe("an operation that never ends", () => {
  let ends = false
  const Endless: TinyType = {
    ...tiny("thing", {}, { createMs: 1_000 }),
    poll: async () => (ends ? "done" : "running"),
  }

  const stuck = async () => {
    ends = false
    const deployment = new TinyDeployment([Endless])
    const start = deployment.clock.now()
    while (deployment.clock.now() < start + 31 * MINUTE) {
      const { dueAt } = await deployment.run(one(Endless))
      await deployment.clock.advance(Math.max(0, (dueAt ?? 0) - deployment.clock.now()))
    }
    return deployment
  }

  test("becomes a condition that says since when, and is looked at rarely", async () => {
    const deployment = await stuck()
    const result = await deployment.run(one(Endless))
    expect(await deployment.row("api/thing")).toMatchObject({
      state: {
        status: "waiting",
        why: { code: "operation_stuck", message: expect.stringMatching(/for \d+ minutes/) },
      },
    })
    expect((result.dueAt ?? 0) - deployment.clock.now()).toBeGreaterThan(2 * MINUTE)
  })

  test("and ends after all is read to its end", async () => {
    const deployment = await stuck()
    ends = true
    expect((await deployment.converge(one(Endless))).outcome).toBe("settled")
  })

  test("does not hold a destroy up", async () => {
    const deployment = await stuck()
    const start = deployment.clock.now()
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
    expect(deployment.clock.now() - start).toBeLessThan(5 * MINUTE)
    expect(deployment.objects("thing")).toEqual([])
  })

  test("holds a destroy that comes early up for no longer than its patience", async () => {
    ends = false
    const deployment = new TinyDeployment([Endless])
    await deployment.run(one(Endless))
    const start = deployment.clock.now()
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
    expect(deployment.clock.now() - start).toBeLessThan(35 * MINUTE)
    expect(deployment.objects("thing")).toEqual([])
  })
})
