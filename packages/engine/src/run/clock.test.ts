import {
  type BuildGraph,
  refusal,
  TinyDeployment,
  type TinyRunOptions,
  type TinyType,
  tiny,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Clock } from "../declare/clock.ts"
import type { Graph } from "../declare/graph.ts"
import type { RunResult } from "./run.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A wall clock that is so far behind, and that may be set while a run goes on. */
class WallClock implements Clock {
  behind = 0
  readonly #deployment: TinyDeployment

  constructor(deployment: TinyDeployment) {
    this.#deployment = deployment
  }

  now(): number {
    return this.#deployment.clock.now() - this.behind
  }

  monotonic(): number {
    return this.#deployment.clock.now()
  }

  until(time: number, signal?: AbortSignal): Promise<void> {
    return this.#deployment.clock.until(time + this.behind, signal)
  }
}

const Thing = tiny("thing")
const one =
  (type: TinyType, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { size })

/** Runs until it is settled or destroyed, on a clock that was set back by an hour; how long it took in truth, ms. */
async function timeSetBack(
  deployment: TinyDeployment,
  build: BuildGraph,
  options: TinyRunOptions = {},
): Promise<number> {
  const clock = new WallClock(deployment)
  clock.behind = HOUR
  const start = deployment.clock.now()
  const done = ({ outcome }: RunResult) => outcome === "settled" || outcome === "destroyed"
  for (let count = 0; count < 100; count += 1) {
    const result = await deployment.run(build, { ...options, clock })
    if (done(result)) return deployment.clock.now() - start
    if (result.dueAt === null) break
    await deployment.clock.advance(Math.max(0, result.dueAt - clock.now()))
  }
  throw new Error("it is never done")
}

/** Aborts the run and loses the answer of the first call of a verb. */
const lost = (wanted: string) => {
  const stop = new AbortController()
  const after = ({ verb }: { verb: string }) => {
    if (verb !== wanted) return
    stop.abort()
    throw new Error("connection reset")
  }
  return { signal: stop.signal, trouble: { after } }
}

describe("a clock that is set back an hour between two runs", () => {
  test("holds an open create up for no longer than its timeout", async () => {
    const Late = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned", hiddenMs: 2_000 })
    const deployment = new TinyDeployment([Late])
    await deployment.run(one(Late), lost("create"))
    expect(await timeSetBack(deployment, one(Late))).toBeLessThan(5 * MINUTE)
    expect(deployment.objects("thing")).toHaveLength(1)
  })

  test("holds an open update up for no longer than its timeout", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(Thing))
    await deployment.run(one(Thing, 2), lost("update"))
    expect(await timeSetBack(deployment, one(Thing, 2))).toBeLessThan(3 * MINUTE)
  })

  test("holds a delete up for no longer than its timeout", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(Thing))
    await deployment.run(null, lost("delete"))
    expect(await timeSetBack(deployment, null)).toBeLessThan(3 * MINUTE)
  })

  test("does not put off whoever has a place in a rate limit", async () => {
    const Limited = tiny("thing", { limits: () => ["bucket"] })
    const deployment = new TinyDeployment([Limited], { limits: { bucket: { calls: 1, per: MINUTE } } })
    const build = (graph: Graph) => {
      for (const node of ["a/thing", "b/thing", "c/thing"]) graph.add(Limited, node, {})
    }
    await deployment.run(build)
    expect(deployment.objects("thing")).toHaveLength(1)
    expect(await timeSetBack(deployment, build)).toBeLessThan(5 * MINUTE)
  })

  test("does not keep a replaced object for longer than it would be", async () => {
    const Backend = tiny(
      "thing",
      { identity: { by: "assigned" }, replaceOn: ["size"], retireAfter: 10 * MINUTE },
      { address: "assigned" },
    )
    const deployment = new TinyDeployment([Backend])
    await deployment.converge(one(Backend))
    await deployment.run(one(Backend, 2))
    expect(deployment.objects("thing")).toHaveLength(2)
    const clock = new WallClock(deployment)
    clock.behind = HOUR
    const start = deployment.clock.now()
    for (let count = 0; count < 20 && deployment.objects("thing").length > 1; count += 1) {
      const { dueAt } = await deployment.run(one(Backend, 2), { clock })
      await deployment.clock.advance(Math.max(0, (dueAt ?? 0) - clock.now()))
    }
    expect(deployment.objects("thing")).toHaveLength(1)
    expect(deployment.clock.now() - start).toBeLessThan(25 * MINUTE)
  })

  test("does not put off a call that had a place in a rate limit", async () => {
    const Limited = tiny("limited", { limits: () => ["bucket"] })
    const deployment = new TinyDeployment([Limited], { limits: { bucket: { calls: 1, per: 2 * MINUTE } } })
    const two = (graph: Graph) => {
      for (const node of ["api/one", "api/two"]) graph.add(Limited, node, {})
    }
    await deployment.run(two)
    expect(deployment.objects("limited")).toHaveLength(1)
    expect(await timeSetBack(deployment, two)).toBeLessThan(5 * MINUTE)
  })

  test("does not put off what was refused for a while", async () => {
    const deployment = new TinyDeployment([Thing])
    let allowed = false
    const before = ({ verb }: { verb: string }) => {
      if (verb === "create" && !allowed) throw refusal("denied", "not yet")
    }
    await deployment.run(one(Thing), { trouble: { before } })
    allowed = true
    expect(await timeSetBack(deployment, one(Thing), { trouble: { before } })).toBeLessThan(15 * MINUTE)
  })
})

describe("a clock that is set while a run goes on", () => {
  const Slow = tiny("thing", {}, { settleMs: 20_000 })

  test.each([
    ["back", HOUR],
    ["forward", -HOUR],
  ])("%s by an hour changes nothing for the run", async (_, by) => {
    const deployment = new TinyDeployment([Slow])
    const clock = new WallClock(deployment)
    const start = deployment.clock.now()
    void deployment.clock.until(start + 5_000).then(() => {
      clock.behind = by
    })
    const result = await deployment.run(one(Slow), { clock })
    expect(result.outcome).toBe("settled")
    expect(deployment.clock.now() - start).toBeLessThan(MINUTE)
  })

  test("tells the queue a time by the clock as it is set now", async () => {
    const Slower = tiny("thing", {}, { settleMs: HOUR })
    const deployment = new TinyDeployment([Slower])
    const clock = new WallClock(deployment)
    void deployment.clock.until(deployment.clock.now() + 5_000).then(() => {
      clock.behind = HOUR
    })
    const { dueAt } = await deployment.run(one(Slower), { clock })
    expect((dueAt ?? 0) - clock.now()).toBeGreaterThan(0)
    expect((dueAt ?? 0) - clock.now()).toBeLessThan(2 * MINUTE)
  })
})
