import type { MemoryContext } from "@alienplatform/simulator-memory"
import { MemoryBench, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineLookup } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"

const Thing = tiny("thing")
const Assigned = tiny("assigned", { identity: { by: "assigned" } }, { address: "assigned" })

const one =
  (size: number, type = Thing) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { size })

describe("a second run", () => {
  test("makes only reads and writes nothing", async () => {
    const bench = new MemoryBench()
    await bench.converge("first")
    const { mutations } = bench
    const { writes } = bench.store
    const verbs = new Set<string>()
    const result = await bench.run("first", ({ what, name }) => {
      if (what === "call") verbs.add(name.split(" ")[0] ?? "")
    })
    expect(result).toMatchObject({ outcome: "settled", dueAt: null })
    expect([...verbs]).toEqual(["read"])
    expect(bench.mutations).toBe(mutations)
    expect(bench.store.writes).toBe(writes)
  })

  test("looks at every object once, and asks no gate that has passed", async () => {
    const bench = new MemoryBench()
    const { rows } = await bench.converge("first")
    const read: string[] = []
    await bench.run("first", ({ what, when, name }) => {
      if (what === "call" && when === "before") read.push(name)
    })
    expect(read).toHaveLength(rows.filter(({ type }) => type !== "memory.net.Health").length)
    expect(read).not.toContain("read health")
  })
})

describe("drift", () => {
  test("of a prop is repaired", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(1))
    deployment.onlyObject("thing").props.size = 9
    await deployment.converge(one(1))
    expect(deployment.onlyObject("thing").props.size).toBe(1)
  })

  test("of a prop that was never asked for is taken back", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(1))
    deployment.onlyObject("thing").props.color = "red"
    await deployment.converge(one(1))
    expect(deployment.onlyObject("thing").props).toEqual({ size: 1 })
  })

  test("by deletion makes a named object again under its name", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(one(1))
    const { id } = deployment.onlyObject("thing")
    deployment.cloud.objects.delete(id)
    await deployment.converge(one(1))
    expect(deployment.onlyObject("thing")).toMatchObject({ id, props: { size: 1 } })
  })

  test("by deletion makes one object again where the cloud assigns ids, and its dependants follow", async () => {
    const deployment = new TinyDeployment([Assigned, Thing])
    const build = (graph: Graph) => {
      const target = graph.add(Assigned, "api/target", { size: 1 })
      graph.add(Thing, "api/thing", { to: target.ref("id") })
    }
    await deployment.converge(build)
    const { id } = deployment.onlyObject("assigned")
    deployment.cloud.objects.delete(id)
    const { mutations } = deployment.cloud
    await deployment.converge(build)
    const made = deployment.onlyObject("assigned")
    expect(made.id).not.toBe(id)
    expect(await deployment.row("api/target")).toMatchObject({ id: made.id, state: { status: "settled" } })
    expect(deployment.onlyObject("thing").props.to).toBe(made.id)
    expect(deployment.cloud.mutations - mutations).toBe(2)
  })
})

test("an object that is deleted by somebody else leaves a twin-free deployment that can be destroyed", async () => {
  const deployment = new TinyDeployment([Assigned])
  await deployment.converge(one(1, Assigned))
  deployment.cloud.objects.delete(deployment.onlyObject("assigned").id)
  await deployment.run(one(1, Assigned))
  await deployment.converge(null)
  expect(deployment.objects("assigned")).toEqual([])
})

describe("a prediction", () => {
  test("that turns out wrong decides the dependants again", async () => {
    const Predicted = tiny("predicted", { predict: ({ name }) => ({ address: `${name}.guess` }) })
    const deployment = new TinyDeployment([Predicted, Thing])
    const build = (graph: Graph) => {
      const other = graph.add(Predicted, "api/other", {})
      graph.add(Thing, "api/thing", { to: other.ref("address", "name") })
    }
    const first: unknown[] = []
    await deployment.converge(build, {
      trouble: {
        after: ({ verb, kind }) => {
          if (verb === "create" && kind === "thing") first.push(deployment.onlyObject("thing").props.to)
        },
      },
    })
    expect(first).toEqual(["tiny-api-other.guess"])
    expect(deployment.onlyObject("thing").props.to).toBe("tiny-api-other.example")
  })
})

describe("lookups", () => {
  test("are read and never written", async () => {
    const asked: object[] = []
    const Found = defineLookup<{ arn: string }, { arn: string }, MemoryContext>({
      type: "tiny.found",
      permissions: { read: [] },
      async read(args) {
        asked.push(args)
        return { id: args.props.arn, props: args.props, attributes: args.props, status: "settled" }
      },
    })
    const deployment = new TinyDeployment([Found, Thing])
    await deployment.converge((graph) => {
      const found = graph.add(Found, "_stack/found", { arn: "arn:found" })
      graph.add(Thing, "api/thing", { to: found.ref("arn") })
    })
    expect(deployment.onlyObject("thing").props.to).toBe("arn:found")
    expect(deployment.cloud.mutations).toBe(1)
    const { length } = asked
    await deployment.converge(null)
    expect(asked.length).toBe(length)
  })

  test("that find nothing wait for a person and leave dependants alone", async () => {
    const Missing = defineLookup<{ arn: string }, { arn: string }, MemoryContext>({
      type: "tiny.missing",
      permissions: { read: [] },
      read: async () => undefined,
    })
    const deployment = new TinyDeployment([Missing, Thing])
    const result = await deployment.run((graph) => {
      const found = graph.add(Missing, "_stack/found", { arn: "arn:gone" })
      graph.add(Thing, "api/thing", { to: found.ref("arn") })
    })
    expect(result).toMatchObject({ outcome: "waiting" })
    expect(await deployment.row("_stack/found")).toMatchObject({
      state: { status: "waiting", why: { code: "not_found", on: "person" } },
    })
    expect(deployment.objects("thing")).toEqual([])
  })
})
