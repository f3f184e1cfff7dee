import { CUSTOMER_CERTIFICATE, Laboratory, refuse, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const WEEK = 7 * 24 * 3_600_000

describe("waiting on a person", () => {
  test("ends the run with a due time, has no timeout, and goes on when the person has acted", async () => {
    const laboratory = new Laboratory({ certificate: "pending" })
    let result = await laboratory.run("first")
    for (let count = 0; count < 20 && result.outcome === "progressing"; count += 1) {
      await laboratory.clock.advance((result.dueAt ?? 0) - laboratory.clock.now())
      result = await laboratory.run("first")
    }
    expect(result.outcome).toBe("waiting")
    expect((result.dueAt ?? 0) - laboratory.clock.now()).toBeGreaterThan(30_000)
    await laboratory.clock.advance(WEEK)
    result = await laboratory.run("first")
    expect(result.outcome).toBe("waiting")
    expect(result.dueAt).toBeGreaterThan(laboratory.clock.now())
    const certificate = laboratory.cloud.objects.get(CUSTOMER_CERTIFICATE)
    if (certificate) certificate.props.status = "issued"
    expect((await laboratory.converge("first")).outcome).toBe("settled")
  })

  test("holds up only the branch that needs the person", async () => {
    const laboratory = new Laboratory({ certificate: "pending" })
    let result = await laboratory.run("first")
    for (let count = 0; count < 20 && result.outcome === "progressing"; count += 1) {
      await laboratory.clock.advance((result.dueAt ?? 0) - laboratory.clock.now())
      result = await laboratory.run("first")
    }
    expect(laboratory.inventory()).toMatchObject({ function: 3, backend: 3, listener: 1 })
    expect(laboratory.inventory()).not.toHaveProperty("domain")
  })

  test("by an object of ours still lets its props be corrected", async () => {
    const Domain = tiny(
      "domain",
      {},
      {
        status: ({ props }) =>
          props.color === "right"
            ? "settled"
            : { waiting: { on: "person", code: "certificate_not_issued", message: "no record", fix: "add it" } },
      },
    )
    const trial = new Trial([Domain])
    const build = (color: string) => (graph: Graph) => void graph.add(Domain, "api/domain", { color })
    expect((await trial.run(build("wrong"))).outcome).toBe("waiting")
    expect(await trial.row("api/domain")).toMatchObject({ state: { status: "waiting", why: { fix: "add it" } } })
    expect((await trial.converge(build("right"))).outcome).toBe("settled")
  })
})

describe("independent branches", () => {
  const Thing = tiny(
    "thing",
    {},
    {
      check: ({ color }) => {
        if (color === "bad") throw refuse("denied", "no")
      },
    },
  )
  const build = (graph: Graph) => {
    const bad = graph.add(Thing, "bad/thing", { color: "bad" })
    graph.add(Thing, "bad/after", { to: bad.ref("id") })
    const good = graph.add(Thing, "good/thing", { color: "good" })
    graph.add(Thing, "good/after", { to: good.ref("id") })
  }

  test("go on while one is parked", async () => {
    const trial = new Trial([Thing])
    const result = await trial.run(build)
    expect(result.outcome).toBe("failed")
    expect(
      trial
        .objects("thing")
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["tiny-good-after", "tiny-good-thing"])
  })

  test("go on while the reads of one fail", async () => {
    const trial = new Trial([Thing, tiny("unreadable")])
    const Unreadable = tiny("unreadable")
    const result = await trial.run(
      (graph) => {
        graph.add(Unreadable, "bad/thing", {})
        graph.add(Thing, "good/thing", { color: "good" })
      },
      {
        trouble: {
          before: ({ kind }) => {
            if (kind === "unreadable") throw refuse("denied", "not allowed to look")
          },
        },
      },
    )
    expect(trial.only("thing").id).toBe("tiny-good-thing")
    expect(trial.objects("unreadable")).toEqual([])
    expect(result.dueAt).not.toBeNull()
    expect(result.rows).toContainEqual(
      expect.objectContaining({
        node: "bad/thing",
        state: expect.objectContaining({ why: expect.objectContaining({ code: "denied" }) }),
      }),
    )
  })

  test("work at the same time", async () => {
    const Slow = tiny("thing", {}, { settlesIn: 20_000 })
    const trial = new Trial([Slow])
    const started = trial.clock.now()
    await trial.converge((graph) => {
      for (const node of ["a/thing", "b/thing", "c/thing"]) graph.add(Slow, node, {})
    })
    expect(trial.clock.now() - started).toBeLessThan(40_000)
  })
})

describe("a dependant whose reference cannot be used", () => {
  test("is left as it is until it can, and then follows", async () => {
    const Target = tiny("target", {}, { settlesIn: 200_000 })
    const Thing = tiny("thing")
    const trial = new Trial([Target, Thing])
    const build = (size: number) => (graph: Graph) => {
      const target = graph.add(Target, "api/target", { size })
      graph.add(Thing, "api/thing", { to: target.ref("id"), size })
    }
    await trial.converge(build(1))
    const result = await trial.run(build(2))
    expect(result.outcome).toBe("progressing")
    expect(trial.only("target").props.size).toBe(2)
    expect(trial.only("thing").props.size).toBe(1)
    await trial.converge(build(2))
    expect(trial.only("thing").props.size).toBe(2)
  })

  test("keeps the drift that it has meanwhile", async () => {
    const Target = tiny("target", {}, { settlesIn: 200_000 })
    const Thing = tiny("thing")
    const trial = new Trial([Target, Thing])
    const build = (size: number) => (graph: Graph) => {
      const target = graph.add(Target, "api/target", { size })
      graph.add(Thing, "api/thing", { to: target.ref("id") })
    }
    await trial.converge(build(1))
    trial.only("thing").props.color = "red"
    await trial.run(build(2))
    expect(trial.only("thing").props.color).toBe("red")
    await trial.converge(build(2))
    expect(trial.only("thing").props.color).toBeUndefined()
  })
})
