import type { MemoryContext } from "@alienplatform/simulator-memory"
import { Laboratory, Trial, tiny } from "@alienplatform/simulator-memory"
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
    const laboratory = new Laboratory()
    await laboratory.converge("first")
    const { mutations } = laboratory
    const { writes } = laboratory.store
    const verbs = new Set<string>()
    const result = await laboratory.run("first", ({ what, name }) => {
      if (what === "call") verbs.add(name.split(" ")[0] ?? "")
    })
    expect(result).toMatchObject({ outcome: "settled", dueAt: null })
    expect([...verbs]).toEqual(["read"])
    expect(laboratory.mutations).toBe(mutations)
    expect(laboratory.store.writes).toBe(writes)
  })

  test("looks at every object once, and asks no gate that has passed", async () => {
    const laboratory = new Laboratory()
    const { rows } = await laboratory.converge("first")
    const read: string[] = []
    await laboratory.run("first", ({ what, when, name }) => {
      if (what === "call" && when === "before") read.push(name)
    })
    expect(read).toHaveLength(rows.filter(({ type }) => type !== "memory.net.Health").length)
    expect(read).not.toContain("read health")
  })
})

describe("drift", () => {
  test("of a prop is repaired", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one(1))
    trial.only("thing").props.size = 9
    await trial.converge(one(1))
    expect(trial.only("thing").props.size).toBe(1)
  })

  test("of a prop that was never asked for is taken back", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one(1))
    trial.only("thing").props.color = "red"
    await trial.converge(one(1))
    expect(trial.only("thing").props).toEqual({ size: 1 })
  })

  test("by deletion makes a named object again under its name", async () => {
    const trial = new Trial([Thing])
    await trial.converge(one(1))
    const { id } = trial.only("thing")
    trial.cloud.objects.delete(id)
    await trial.converge(one(1))
    expect(trial.only("thing")).toMatchObject({ id, props: { size: 1 } })
  })

  test("by deletion makes one object again where the cloud assigns ids, and its dependants follow", async () => {
    const trial = new Trial([Assigned, Thing])
    const build = (graph: Graph) => {
      const target = graph.add(Assigned, "api/target", { size: 1 })
      graph.add(Thing, "api/thing", { to: target.ref("id") })
    }
    await trial.converge(build)
    const { id } = trial.only("assigned")
    trial.cloud.objects.delete(id)
    const { mutations } = trial.cloud
    await trial.converge(build)
    const made = trial.only("assigned")
    expect(made.id).not.toBe(id)
    expect(await trial.row("api/target")).toMatchObject({ id: made.id, state: { status: "settled" } })
    expect(trial.only("thing").props.to).toBe(made.id)
    expect(trial.cloud.mutations - mutations).toBe(2)
  })
})

test("an object that is deleted by somebody else leaves a twin-free deployment that can be destroyed", async () => {
  const trial = new Trial([Assigned])
  await trial.converge(one(1, Assigned))
  trial.cloud.objects.delete(trial.only("assigned").id)
  await trial.run(one(1, Assigned))
  await trial.converge(null)
  expect(trial.objects("assigned")).toEqual([])
})

describe("a prediction", () => {
  test("that turns out wrong decides the dependants again", async () => {
    const Predicted = tiny("predicted", { predict: ({ name }) => ({ address: `${name}.guess` }) })
    const trial = new Trial([Predicted, Thing])
    const build = (graph: Graph) => {
      const other = graph.add(Predicted, "api/other", {})
      graph.add(Thing, "api/thing", { to: other.ref("address", "name") })
    }
    const first: unknown[] = []
    await trial.converge(build, {
      trouble: {
        after: ({ verb, kind }) => {
          if (verb === "create" && kind === "thing") first.push(trial.only("thing").props.to)
        },
      },
    })
    expect(first).toEqual(["tiny-api-other.guess"])
    expect(trial.only("thing").props.to).toBe("tiny-api-other.example")
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
    const trial = new Trial([Found, Thing])
    await trial.converge((graph) => {
      const found = graph.add(Found, "_stack/found", { arn: "arn:found" })
      graph.add(Thing, "api/thing", { to: found.ref("arn") })
    })
    expect(trial.only("thing").props.to).toBe("arn:found")
    expect(trial.cloud.mutations).toBe(1)
    const { length } = asked
    await trial.converge(null)
    expect(asked.length).toBe(length)
  })

  test("that find nothing wait for a person and leave dependants alone", async () => {
    const Missing = defineLookup<{ arn: string }, { arn: string }, MemoryContext>({
      type: "tiny.missing",
      permissions: { read: [] },
      read: async () => undefined,
    })
    const trial = new Trial([Missing, Thing])
    const result = await trial.run((graph) => {
      const found = graph.add(Missing, "_stack/found", { arn: "arn:gone" })
      graph.add(Thing, "api/thing", { to: found.ref("arn") })
    })
    expect(result).toMatchObject({ outcome: "waiting" })
    expect(await trial.row("_stack/found")).toMatchObject({
      state: { status: "waiting", why: { code: "not_found", on: "person" } },
    })
    expect(trial.objects("thing")).toEqual([])
  })
})
