import { type Build, refuse, type TinyType, Trial, type TrialRun, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Clock } from "../declare/clock.ts"
import type { Graph } from "../declare/graph.ts"
import type { RunResult } from "./run.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A wall clock that is so far behind, and that may be set while a run goes on. */
class WallClock implements Clock {
  behind = 0
  readonly #trial: Trial

  constructor(trial: Trial) {
    this.#trial = trial
  }

  now(): number {
    return this.#trial.clock.now() - this.behind
  }

  monotonic(): number {
    return this.#trial.clock.now()
  }

  until(time: number, signal?: AbortSignal): Promise<void> {
    return this.#trial.clock.until(time + this.behind, signal)
  }
}

const Thing = tiny("thing")
const one =
  (type: TinyType, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { size })

/** Runs until it is settled or destroyed, on a clock that was set back by an hour; how long it took in truth, ms. */
async function timeSetBack(trial: Trial, build: Build, options: TrialRun = {}): Promise<number> {
  const clock = new WallClock(trial)
  clock.behind = HOUR
  const start = trial.clock.now()
  const done = ({ outcome }: RunResult) => outcome === "settled" || outcome === "destroyed"
  for (let count = 0; count < 100; count += 1) {
    const result = await trial.run(build, { ...options, clock })
    if (done(result)) return trial.clock.now() - start
    if (result.dueAt === null) break
    await trial.clock.advance(Math.max(0, result.dueAt - clock.now()))
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
    const Late = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned", hiddenFor: 2_000 })
    const trial = new Trial([Late])
    await trial.run(one(Late), lost("create"))
    expect(await timeSetBack(trial, one(Late))).toBeLessThan(5 * MINUTE)
    expect(trial.objects("thing")).toHaveLength(1)
  })

  test("holds an open update up for no longer than its timeout", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one(Thing))
    await trial.run(one(Thing, 2), lost("update"))
    expect(await timeSetBack(trial, one(Thing, 2))).toBeLessThan(3 * MINUTE)
  })

  test("holds a delete up for no longer than its timeout", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one(Thing))
    await trial.run(null, lost("delete"))
    expect(await timeSetBack(trial, null)).toBeLessThan(3 * MINUTE)
  })

  test("does not put off whoever has a place in a rate limit", async () => {
    const Limited = tiny("thing", { limits: () => ["bucket"] })
    const trial = new Trial([Limited], { limits: { bucket: { calls: 1, per: MINUTE } } })
    const build = (graph: Graph) => {
      for (const node of ["a/thing", "b/thing", "c/thing"]) graph.add(Limited, node, {})
    }
    await trial.run(build)
    expect(trial.objects("thing")).toHaveLength(1)
    expect(await timeSetBack(trial, build)).toBeLessThan(5 * MINUTE)
  })

  test("does not keep a replaced object for longer than it would be", async () => {
    const Backend = tiny(
      "thing",
      { identity: { by: "assigned" }, replaceOn: ["size"], retireAfter: 10 * MINUTE },
      { address: "assigned" },
    )
    const trial = new Trial([Backend])
    await trial.converge(one(Backend))
    await trial.run(one(Backend, 2))
    expect(trial.objects("thing")).toHaveLength(2)
    const clock = new WallClock(trial)
    clock.behind = HOUR
    const start = trial.clock.now()
    for (let count = 0; count < 20 && trial.objects("thing").length > 1; count += 1) {
      const { dueAt } = await trial.run(one(Backend, 2), { clock })
      await trial.clock.advance(Math.max(0, (dueAt ?? 0) - clock.now()))
    }
    expect(trial.objects("thing")).toHaveLength(1)
    expect(trial.clock.now() - start).toBeLessThan(25 * MINUTE)
  })

  test("does not put off a call that had a place in a rate limit", async () => {
    const Limited = tiny("limited", { limits: () => ["bucket"] })
    const trial = new Trial([Limited], { limits: { bucket: { calls: 1, per: 2 * MINUTE } } })
    const two = (graph: Graph) => {
      for (const node of ["api/one", "api/two"]) graph.add(Limited, node, {})
    }
    await trial.run(two)
    expect(trial.objects("limited")).toHaveLength(1)
    expect(await timeSetBack(trial, two)).toBeLessThan(5 * MINUTE)
  })

  test("does not put off what was refused for a while", async () => {
    const trial = new Trial([Thing])
    let allowed = false
    const before = ({ verb }: { verb: string }) => {
      if (verb === "create" && !allowed) throw refuse("denied", "not yet")
    }
    await trial.run(one(Thing), { trouble: { before } })
    allowed = true
    expect(await timeSetBack(trial, one(Thing), { trouble: { before } })).toBeLessThan(15 * MINUTE)
  })
})

describe("a clock that is set while a run goes on", () => {
  const Slow = tiny("thing", {}, { settlesIn: 20_000 })

  test.each([
    ["back", HOUR],
    ["forward", -HOUR],
  ])("%s by an hour changes nothing for the run", async (_, by) => {
    const trial = new Trial([Slow])
    const clock = new WallClock(trial)
    const start = trial.clock.now()
    void trial.clock.until(start + 5_000).then(() => {
      clock.behind = by
    })
    const result = await trial.run(one(Slow), { clock })
    expect(result.outcome).toBe("settled")
    expect(trial.clock.now() - start).toBeLessThan(MINUTE)
  })

  test("tells the queue a time by the clock as it is set now", async () => {
    const Slower = tiny("thing", {}, { settlesIn: HOUR })
    const trial = new Trial([Slower])
    const clock = new WallClock(trial)
    void trial.clock.until(trial.clock.now() + 5_000).then(() => {
      clock.behind = HOUR
    })
    const { dueAt } = await trial.run(one(Slower), { clock })
    expect((dueAt ?? 0) - clock.now()).toBeGreaterThan(0)
    expect((dueAt ?? 0) - clock.now()).toBeLessThan(2 * MINUTE)
  })
})
