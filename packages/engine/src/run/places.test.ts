import { markOf, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const MINUTE = 60_000

const Limited = tiny("limited", { limits: () => ["bucket"] })

const limited = (count: number) => (graph: Graph) => {
  for (let index = 0; index < count; index += 1) graph.add(Limited, `n${index}/limited`, {})
}

/** Twenty nodes of which one has made its call; the others have places up to twenty minutes ahead. */
const queued = async () => {
  const deployment = new TinyDeployment([Limited], { limits: { bucket: { calls: 1, per: MINUTE } } })
  await deployment.run(limited(20))
  expect(deployment.objects("limited")).toHaveLength(1)
  return deployment
}

/** How long somebody waits who comes now. */
const wait = async (deployment: TinyDeployment): Promise<number> =>
  (await deployment.limiter.reserve(["bucket"], { yielding: false })).waitMs

describe("a place in a rate limit", () => {
  test("is taken by whoever waits", async () => {
    expect(await wait(await queued())).toBeGreaterThan(18 * MINUTE)
  })

  test("is given back by nodes that are not wanted any more", async () => {
    const deployment = await queued()
    await deployment.run(limited(1))
    expect(await wait(deployment)).toBeLessThan(2 * MINUTE)
  })

  test("is given back by objects that are there after all", async () => {
    const deployment = await queued()
    for (const { id, name, node } of await deployment.store.rows())
      if (id === null) deployment.cloud.insert({ id: name, kind: "limited", props: {}, owner: markOf(node) })
    expect((await deployment.run(limited(20))).outcome).toBe("settled")
    expect(await wait(deployment)).toBeLessThan(2 * MINUTE)
  })

  test("is given back when everything is destroyed", async () => {
    const deployment = await queued()
    const started = deployment.clock.now()
    await deployment.converge(null)
    expect(deployment.clock.now() - started).toBeLessThan(3 * MINUTE)
    expect(await wait(deployment)).toBeLessThan(3 * MINUTE)
  })
})
