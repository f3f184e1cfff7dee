import { type CloudCall, type Interference, type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
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
async function deletesDuring(trial: Trial, act: (trouble: Interference) => Promise<unknown>): Promise<number[]> {
  const start = trial.clock.now()
  const times: number[] = []
  const before = ({ verb }: CloudCall) => void (verb === "delete" && times.push(trial.clock.now() - start))
  await act({ before })
  return times
}

/** Runs that follow each other as they are due, for so long. */
async function runFor(trial: Trial, ms: number, trouble: Interference): Promise<void> {
  const end = trial.clock.now() + ms
  while (trial.clock.now() < end) {
    const { dueAt } = await trial.run(null, { trouble })
    if (dueAt === null) return
    await trial.clock.advance(Math.max(0, dueAt - trial.clock.now()))
  }
}

describe("a delete that was answered", () => {
  test("is not repeated while reads may still show the object", async () => {
    const Late = seenAfterDelete(4_000)
    const trial = new Trial([Late])
    await trial.converge(one(Late))
    const deletes = await deletesDuring(trial, (trouble) => trial.converge(null, { trouble }))
    expect(deletes).toHaveLength(1)
  })

  test("is repeated, later and later, when reads show the object for longer than they should", async () => {
    const Later = seenAfterDelete(60_000)
    const trial = new Trial([Later])
    await trial.converge(one(Later))
    const deletes = await deletesDuring(trial, (trouble) => trial.converge(null, { trouble }))
    const gaps = deletes.slice(1).map((time, index) => time - (deletes[index] ?? 0))
    expect(deletes.length).toBeGreaterThan(1)
    expect(deletes.length).toBeLessThan(5)
    expect(gaps).toEqual([...gaps].sort((left, right) => left - right))
    expect(gaps[0]).toBeGreaterThanOrEqual(5_000)
  })

  test("without effect becomes a condition, and is made about once an hour", async () => {
    const Stuck: TinyType = { ...Thing, delete: ({ cloud }) => cloud.request("delete", "thing", () => undefined) }
    const trial = new Trial([Stuck])
    await trial.converge(one(Stuck))
    const { calls } = trial.cloud
    const deletes = await deletesDuring(trial, (trouble) => runFor(trial, DAY, trouble))
    expect(deletes.length).toBeGreaterThan(20)
    expect(deletes.length).toBeLessThan(35)
    expect(trial.cloud.calls - calls).toBeLessThan(300)
    expect(trial.store.events.length).toBeLessThan(300)
    expect(await trial.row("api/thing")).toMatchObject({
      doomed: true,
      state: { status: "waiting", why: { code: "delete_without_effect" } },
    })
    trial.cloud.objects.delete(trial.only("thing").id)
    expect((await trial.converge(null)).outcome).toBe("destroyed")
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
    const trial = new Trial([Backend])
    await trial.converge(backend("blue"))
    const start = trial.clock.now()
    await trial.converge(null)
    expect(trial.clock.now() - start).toBeLessThan(MINUTE)
  })

  test("does not keep what a release has replaced before", async () => {
    const trial = new Trial([Backend])
    await trial.converge(backend("blue"))
    await trial.run(backend("green"))
    expect(trial.objects("backend")).toHaveLength(2)
    const start = trial.clock.now()
    await trial.converge(null)
    expect(trial.clock.now() - start).toBeLessThan(MINUTE)
    expect(trial.objects("backend")).toEqual([])
  })
})

describe("an operation that never ends", () => {
  let ends = false
  const Endless: TinyType = {
    ...tiny("thing", {}, { createTakes: 1_000 }),
    poll: async () => (ends ? "done" : "running"),
  }

  const stuck = async () => {
    ends = false
    const trial = new Trial([Endless])
    const start = trial.clock.now()
    while (trial.clock.now() < start + 31 * MINUTE) {
      const { dueAt } = await trial.run(one(Endless))
      await trial.clock.advance(Math.max(0, (dueAt ?? 0) - trial.clock.now()))
    }
    return trial
  }

  test("becomes a condition that says since when, and is looked at rarely", async () => {
    const trial = await stuck()
    const result = await trial.run(one(Endless))
    expect(await trial.row("api/thing")).toMatchObject({
      state: {
        status: "waiting",
        why: { code: "operation_stuck", message: expect.stringMatching(/for \d+ minutes/) },
      },
    })
    expect((result.dueAt ?? 0) - trial.clock.now()).toBeGreaterThan(2 * MINUTE)
  })

  test("and ends after all is read to its end", async () => {
    const trial = await stuck()
    ends = true
    expect((await trial.converge(one(Endless))).outcome).toBe("settled")
  })

  test("does not hold a destroy up", async () => {
    const trial = await stuck()
    const start = trial.clock.now()
    expect((await trial.converge(null)).outcome).toBe("destroyed")
    expect(trial.clock.now() - start).toBeLessThan(5 * MINUTE)
    expect(trial.objects("thing")).toEqual([])
  })

  test("holds a destroy that comes early up for no longer than its patience", async () => {
    ends = false
    const trial = new Trial([Endless])
    await trial.run(one(Endless))
    const start = trial.clock.now()
    expect((await trial.converge(null)).outcome).toBe("destroyed")
    expect(trial.clock.now() - start).toBeLessThan(35 * MINUTE)
    expect(trial.objects("thing")).toEqual([])
  })
})
