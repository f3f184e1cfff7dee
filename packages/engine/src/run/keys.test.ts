import { type CloudCall, type Interference, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Domain = tiny("domain", { identity: { by: "key", of: ["key"] } }, { address: ({ key }) => String(key) })
const Mapping = tiny(
  "mapping",
  { identity: { by: "parent", of: "to", key: ["key"], unique: true } },
  { address: ({ to, key }) => `${to}/${key}`, neverMarked: true },
)

/** One domain per resource, and what hangs on it. */
const domains =
  (keys: Record<string, string>, { mapped = false }: { mapped?: boolean } = {}) =>
  (graph: Graph) => {
    for (const [resource, key] of Object.entries(keys)) {
      const domain = graph.add(Domain, `${resource}/domain`, { key })
      if (mapped) graph.add(Mapping, `${resource}/mapping`, { to: domain.ref("id"), key: "root", color: resource })
    }
  }

const holders = (deployment: TinyDeployment) =>
  Object.fromEntries(deployment.objects("domain").map(({ id, owner }) => [id, owner?.node.split("/")[0]]))

describe("objects that cannot stand side by side under one key", () => {
  const moves: [string, Record<string, string>, Record<string, string>][] = [
    ["two that swap", { api: "x", web: "y" }, { api: "y", web: "x" }],
    ["three in a circle", { a: "x", b: "y", c: "z" }, { a: "y", b: "z", c: "x" }],
    ["two circles", { a: "1", b: "2", c: "3", d: "4" }, { a: "2", b: "1", c: "4", d: "3" }],
    ["a chain whose last one moves away", { a: "x", b: "y", c: "z" }, { a: "y", b: "z", c: "new" }],
    ["a chain whose last one goes", { a: "x", b: "y", c: "z" }, { a: "y", b: "z" }],
    ["a circle with a newcomer at its tail", { a: "x", b: "y" }, { a: "y", b: "x", c: "w" }],
  ]

  test.each(moves)("it runs through: %s", async (_, from, to) => {
    const deployment = new TinyDeployment([Domain])
    await deployment.converge(domains(from))
    await deployment.converge(domains(to))
    expect(holders(deployment)).toEqual(
      Object.fromEntries(Object.entries(to).map(([resource, key]) => [key, resource])),
    )
    await deployment.converge(null)
    expect(deployment.objects("domain")).toEqual([])
  })

  test("it takes what hangs on them along", async () => {
    const deployment = new TinyDeployment([Domain, Mapping])
    await deployment.converge(domains({ api: "x", web: "y" }, { mapped: true }))
    await deployment.converge(domains({ api: "y", web: "x" }, { mapped: true }))
    expect(Object.fromEntries(deployment.objects("mapping").map(({ id, props }) => [id, props.color]))).toEqual({
      "y/root": "api",
      "x/root": "web",
    })
  })

  test("it leaves the objects of others alone", async () => {
    const deployment = new TinyDeployment([Domain])
    await deployment.converge(domains({ api: "x", web: "y", admin: "z" }))
    const steps: string[] = []
    const after = ({ verb }: CloudCall) => void (verb !== "read" && steps.push(verb))
    await deployment.converge(domains({ api: "y", web: "x", admin: "z" }), { trouble: { after } })
    expect(steps.sort()).toEqual(["create", "create", "delete", "delete"])
  })

  test("the plan says that it interrupts", async () => {
    const deployment = new TinyDeployment([Domain])
    await deployment.converge(domains({ api: "x", web: "y" }))
    const { actions } = await deployment.plan(domains({ api: "y", web: "x" }))
    expect(actions).toMatchObject([
      { action: "replace", node: "api/domain", interruption: true, changes: [{ from: '"x"', to: '"y"' }] },
      { action: "replace", node: "web/domain", interruption: true, changes: [{ from: '"y"', to: '"x"' }] },
    ])
  })
})

describe("a key that another node has and keeps", () => {
  const both = domains({ api: "x", web: "x" })

  test("is refused as key_taken, which names the other node, and no call is made for it", async () => {
    const deployment = new TinyDeployment([Domain])
    await deployment.converge(domains({ api: "x" }))
    const { mutations } = deployment.cloud
    const result = await deployment.run(both)
    expect(result.outcome).toBe("failed")
    expect(deployment.cloud.mutations).toBe(mutations)
    expect(await deployment.row("web/domain")).toMatchObject({
      state: { why: { code: "key_taken", on: "person", message: expect.stringContaining("api/domain") } },
    })
    expect(await deployment.row("api/domain")).toMatchObject({ state: { status: "settled" } })
  })

  test("keeps the node that wanted it where it was", async () => {
    const deployment = new TinyDeployment([Domain])
    await deployment.converge(domains({ api: "x", web: "y" }))
    await deployment.run(both)
    expect(holders(deployment)).toEqual({ x: "api", y: "web" })
  })

  test("is said in the plan", async () => {
    const deployment = new TinyDeployment([Domain])
    await deployment.converge(domains({ api: "x", web: "y" }))
    const { actions } = await deployment.plan(both)
    expect(actions).toMatchObject([
      { action: "keep", node: "api/domain" },
      { action: "keep", node: "web/domain", reasons: [expect.stringMatching(/^key_taken: x is what api\/domain has/)] },
    ])
  })

  test("is free for the node that waits as soon as the other lets it go", async () => {
    const deployment = new TinyDeployment([Domain])
    await deployment.converge(domains({ api: "x", web: "y" }))
    await deployment.run(both)
    await deployment.converge(domains({ api: "z", web: "x" }))
    expect(holders(deployment)).toEqual({ z: "api", x: "web" })
  })
})

describe("an object that is made anew under its key", () => {
  const Region = "us-east-1"
  const Edge = tiny(
    "edge",
    { identity: { by: "key", of: ["key"] }, replaceOn: ["color"] },
    { address: ({ key }) => String(key), attributes: () => ({ address: Region }) },
  )
  /** Lives in a region, which the edge happens to answer as well. */
  const App = tiny("app", { identity: { by: "assigned" }, replaceOn: ["key"] }, { address: "assigned" })
  const build = (color: string) => (graph: Graph) => {
    const edge = graph.add(Edge, "api/edge", { key: "host", color })
    graph.add(App, "api/app", { key: Region, to: edge.ref("id") })
    graph.add(Mapping, "api/mapping", { to: edge.ref("id"), key: "root" })
  }
  const steps = (into: string[]): Interference => ({
    after: ({ verb, kind }) => void (verb !== "read" && into.push(`${verb} ${kind}`)),
  })

  test("takes its children along, and leaves what merely has the same text in a prop", async () => {
    const deployment = new TinyDeployment([Edge, App, Mapping])
    await deployment.converge(build("red"))
    const { id } = deployment.onlyObject("app")
    const seen: string[] = []
    await deployment.converge(build("blue"), { trouble: steps(seen) })
    expect(seen).toEqual(["delete mapping", "delete edge", "create edge", "create mapping"])
    expect(deployment.onlyObject("app").id).toBe(id)
  })

  test("is not deleted under what uses it in place", async () => {
    const Used: TinyType = tiny(
      "edge",
      { identity: { by: "key", of: ["key"] }, replaceOn: ["color"] },
      { address: ({ key }) => String(key), attributes: () => ({ address: Region }), usedBy: ["mapping"] },
    )
    const deployment = new TinyDeployment([Used, App, Mapping])
    await deployment.converge(build("red"))
    await deployment.converge(build("blue"))
    expect(deployment.store.events.filter(({ event }) => event === "refused")).toEqual([])
  })
})
