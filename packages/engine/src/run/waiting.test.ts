import { CUSTOMER_CERTIFICATE, MemoryBench, refusal, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const WEEK = 7 * 24 * 3_600_000

describe("waiting on a person", () => {
  test("ends the run with a due time, has no timeout, and goes on when the person has acted", async () => {
    const bench = new MemoryBench({ certificate: "pending" })
    let result = await bench.run("first")
    for (let count = 0; count < 20 && result.outcome === "progressing"; count += 1) {
      await bench.clock.advance((result.dueAt ?? 0) - bench.clock.now())
      result = await bench.run("first")
    }
    expect(result.outcome).toBe("waiting")
    expect((result.dueAt ?? 0) - bench.clock.now()).toBeGreaterThan(30_000)
    await bench.clock.advance(WEEK)
    result = await bench.run("first")
    expect(result.outcome).toBe("waiting")
    expect(result.dueAt).toBeGreaterThan(bench.clock.now())
    const certificate = bench.cloud.objects.get(CUSTOMER_CERTIFICATE)
    if (certificate) certificate.props.status = "issued"
    expect((await bench.converge("first")).outcome).toBe("settled")
  })

  test("holds up only the branch that needs the person", async () => {
    const bench = new MemoryBench({ certificate: "pending" })
    let result = await bench.run("first")
    for (let count = 0; count < 20 && result.outcome === "progressing"; count += 1) {
      await bench.clock.advance((result.dueAt ?? 0) - bench.clock.now())
      result = await bench.run("first")
    }
    expect(bench.inventory()).toMatchObject({ function: 3, backend: 3, listener: 1 })
    expect(bench.inventory()).not.toHaveProperty("domain")
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
    const deployment = new TinyDeployment([Domain])
    const build = (color: string) => (graph: Graph) => void graph.add(Domain, "api/domain", { color })
    expect((await deployment.run(build("wrong"))).outcome).toBe("waiting")
    expect(await deployment.row("api/domain")).toMatchObject({ state: { status: "waiting", why: { fix: "add it" } } })
    expect((await deployment.converge(build("right"))).outcome).toBe("settled")
  })
})

describe("independent branches", () => {
  const Thing = tiny(
    "thing",
    {},
    {
      check: ({ color }) => {
        if (color === "bad") throw refusal("denied", "no")
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
    const deployment = new TinyDeployment([Thing])
    const result = await deployment.run(build)
    expect(result.outcome).toBe("failed")
    expect(
      deployment
        .objects("thing")
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["tiny-good-after", "tiny-good-thing"])
  })

  test("go on while the reads of one fail", async () => {
    const deployment = new TinyDeployment([Thing, tiny("unreadable")])
    const Unreadable = tiny("unreadable")
    const result = await deployment.run(
      (graph) => {
        graph.add(Unreadable, "bad/thing", {})
        graph.add(Thing, "good/thing", { color: "good" })
      },
      {
        trouble: {
          before: ({ kind }) => {
            if (kind === "unreadable") throw refusal("denied", "not allowed to look")
          },
        },
      },
    )
    expect(deployment.onlyObject("thing").id).toBe("tiny-good-thing")
    expect(deployment.objects("unreadable")).toEqual([])
    expect(result.dueAt).not.toBeNull()
    expect(result.rows).toContainEqual(
      expect.objectContaining({
        node: "bad/thing",
        state: expect.objectContaining({ why: expect.objectContaining({ code: "denied" }) }),
      }),
    )
  })

  test("work at the same time", async () => {
    const Slow = tiny("thing", {}, { settleMs: 20_000 })
    const deployment = new TinyDeployment([Slow])
    const started = deployment.clock.now()
    await deployment.converge((graph) => {
      for (const node of ["a/thing", "b/thing", "c/thing"]) graph.add(Slow, node, {})
    })
    expect(deployment.clock.now() - started).toBeLessThan(40_000)
  })
})

describe("a dependant whose reference cannot be used", () => {
  test("is left as it is until it can, and then follows", async () => {
    const Target = tiny("target", {}, { settleMs: 200_000 })
    const Thing = tiny("thing")
    const deployment = new TinyDeployment([Target, Thing])
    const build = (size: number) => (graph: Graph) => {
      const target = graph.add(Target, "api/target", { size })
      graph.add(Thing, "api/thing", { to: target.ref("id"), size })
    }
    await deployment.converge(build(1))
    const result = await deployment.run(build(2))
    expect(result.outcome).toBe("progressing")
    expect(deployment.onlyObject("target").props.size).toBe(2)
    expect(deployment.onlyObject("thing").props.size).toBe(1)
    await deployment.converge(build(2))
    expect(deployment.onlyObject("thing").props.size).toBe(2)
  })

  test("keeps the drift that it has meanwhile", async () => {
    const Target = tiny("target", {}, { settleMs: 200_000 })
    const Thing = tiny("thing")
    const deployment = new TinyDeployment([Target, Thing])
    const build = (size: number) => (graph: Graph) => {
      const target = graph.add(Target, "api/target", { size })
      graph.add(Thing, "api/thing", { to: target.ref("id") })
    }
    await deployment.converge(build(1))
    deployment.onlyObject("thing").props.color = "red"
    await deployment.run(build(2))
    expect(deployment.onlyObject("thing").props.color).toBe("red")
    await deployment.converge(build(2))
    expect(deployment.onlyObject("thing").props.color).toBeUndefined()
  })
})
