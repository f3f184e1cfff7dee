import { markOf, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const MINUTE = 60_000

const Limited = tiny("limited", { limits: () => ["bucket"] })

const limited = (count: number) => (graph: Graph) => {
  for (let index = 0; index < count; index += 1) graph.add(Limited, `n${index}/limited`, {})
}

/** Twenty nodes of which one has made its call; the others have places up to twenty minutes ahead. */
const queued = async () => {
  const trial = new Trial([Limited], { limits: { bucket: { calls: 1, per: MINUTE } } })
  await trial.run(limited(20))
  expect(trial.objects("limited")).toHaveLength(1)
  return trial
}

/** How long somebody waits who comes now. */
const wait = async (trial: Trial): Promise<number> =>
  (await trial.limiter.reserve(["bucket"], { yielding: false })).wait

describe("a place in a rate limit", () => {
  test("is taken by whoever waits", async () => {
    expect(await wait(await queued())).toBeGreaterThan(18 * MINUTE)
  })

  test("is given back by nodes that are not wanted any more", async () => {
    const trial = await queued()
    await trial.run(limited(1))
    expect(await wait(trial)).toBeLessThan(2 * MINUTE)
  })

  test("is given back by objects that are there after all", async () => {
    const trial = await queued()
    for (const { id, name, node } of await trial.store.rows())
      if (id === null) trial.cloud.insert({ id: name, kind: "limited", props: {}, owner: markOf(node) })
    expect((await trial.run(limited(20))).outcome).toBe("settled")
    expect(await wait(trial)).toBeLessThan(2 * MINUTE)
  })

  test("is given back when everything is destroyed", async () => {
    const trial = await queued()
    const started = trial.clock.now()
    await trial.converge(null)
    expect(trial.clock.now() - started).toBeLessThan(3 * MINUTE)
    expect(await wait(trial)).toBeLessThan(3 * MINUTE)
  })
})
