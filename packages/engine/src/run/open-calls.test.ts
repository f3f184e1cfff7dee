import {
  type CloudCall,
  type MemoryContext,
  TinyDeployment,
  type TinyType,
  tiny,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineLookup } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"
import type { ObjectStatus } from "../declare/reading.ts"
import type { ObjectStore } from "../record/object-store.ts"
import { SimulatedProcess } from "../testing/node-contract/simulated-process.ts"

const Target = tiny(
  "target",
  { identity: { by: "assigned" }, replaceOn: ["key"] },
  { address: "assigned", usedBy: ["app", "balancer"] },
)
const App = tiny("app")
const Balancer = tiny("balancer", { parts: "entries" })

/** Updates of a kind never arrive. */
const lost = (wanted: string) => ({
  before: ({ verb, kind }: CloudCall) => {
    if (verb === "update" && kind === wanted) throw new Error("connection reset")
  },
})

const refusals = (deployment: TinyDeployment) => deployment.store.events.filter(({ event }) => event === "refused")
const firstOf = async (deployment: TinyDeployment, node: string) => {
  const row = (await deployment.store.rows()).find((one) => one.node === node && one.incarnation === 1)
  return row?.object ?? "no row"
}

describe("while an update is open that moves a reference", () => {
  const app = (key: string) => (graph: Graph) => {
    const target = graph.add(Target, "api/target", { key })
    graph.add(App, "api/app", { to: target.ref("id") })
  }
  const balancer = (key: string) => (graph: Graph) => {
    const target = graph.add(Target, "api/target", { key })
    const shared = graph.add(Balancer, "_stack/balancer", {})
    graph.part(shared, "host", { target: target.ref("id") })
  }

  test("the object depends on the old one and on the new one, and a destroy goes in that order", async () => {
    const deployment = new TinyDeployment([Target, App])
    await deployment.converge(app("1"))
    await deployment.run(app("2"), { trouble: lost("app") })
    const old = await firstOf(deployment, "api/target")
    expect(await deployment.row("api/app")).toMatchObject({
      call: { verb: "update", open: true },
      dependencies: { [old]: "use", [(await deployment.row("api/target")).object]: "use" },
    })
    await deployment.converge(null)
    expect(refusals(deployment)).toEqual([])
  })

  test("a part depends on the old one and on the new one, and a destroy goes in that order", async () => {
    const deployment = new TinyDeployment([Target, Balancer])
    await deployment.converge(balancer("1"))
    await deployment.run(balancer("2"), { trouble: lost("balancer") })
    const old = await firstOf(deployment, "api/target")
    const { parts } = await deployment.row("_stack/balancer")
    expect(parts.host?.dependencies).toEqual({ [old]: "use", [(await deployment.row("api/target")).object]: "use" })
    await deployment.converge(null)
    expect(refusals(deployment)).toEqual([])
  })

  test("the dependency on the old one ends with a reading that shows the new one", async () => {
    const deployment = new TinyDeployment([Target, App])
    await deployment.converge(app("1"))
    await deployment.run(app("2"), { trouble: lost("app") })
    await deployment.converge(app("2"))
    expect((await deployment.row("api/app")).dependencies).toEqual({
      [(await deployment.row("api/target")).object]: "use",
    })
    expect(deployment.objects("target")).toHaveLength(1)
  })
})

test("a retry gives what did not converge another three updates", async () => {
  let stubborn = true
  let updates = 0
  const Stubborn: TinyType = {
    ...App,
    update: async (args) => {
      updates += 1
      return stubborn ? undefined : App.update?.(args)
    },
  }
  const one = (size: number) => (graph: Graph) => void graph.add(Stubborn, "api/app", { size })
  const deployment = new TinyDeployment([Stubborn])
  await deployment.converge(one(1))
  const failed = async (retry: boolean) => {
    let result = await deployment.run(one(2), { retry })
    for (let count = 0; count < 10 && result.outcome === "progressing"; count += 1) {
      await deployment.clock.advance(Math.max(0, (result.dueAt ?? 0) - deployment.clock.now()))
      result = await deployment.run(one(2))
    }
    return result.outcome
  }
  expect(await failed(false)).toBe("failed")
  expect(updates).toBe(3)
  expect(await failed(true)).toBe("failed")
  expect(updates).toBe(6)
  stubborn = false
  expect((await deployment.converge(one(2), { retry: true })).outcome).toBe("settled")
})

test("what is wanted otherwise when a read comes back is looked at once more before anything is called", async () => {
  const Guessed = tiny("guessed", { predict: ({ name }) => ({ address: `${name}.guess` }) })
  const deployment = new TinyDeployment([Guessed, App])
  const known = Promise.withResolvers<void>()
  const sent: unknown[] = []
  const store: ObjectStore = {
    ...new SimulatedProcess().store(deployment.store),
    save: async (lease, changes) => {
      await deployment.store.save(lease, changes)
      if (changes.put?.some(({ node, state }) => node === "api/guessed" && state.status === "settled")) known.resolve()
    },
  }
  await deployment.run(
    (graph) => {
      const guessed = graph.add(Guessed, "api/guessed", {})
      graph.add(App, "api/app", { to: guessed.ref("address", "name") })
    },
    {
      store,
      trouble: {
        // The first answer about the app comes when the address is known.
        before: async ({ verb, kind }) => {
          if (verb === "read" && kind === "app") await known.promise
        },
        after: ({ verb, kind }) => {
          if (verb === "create" && kind === "app") sent.push(deployment.onlyObject("app").props.to)
        },
      },
    },
  )
  expect(sent).toEqual(["tiny-api-guessed.example"])
})

test("a parent that is looked up is the customer's: what lies in it is not ours", async () => {
  const Zone = defineLookup<{ name: string }, { id: string }, MemoryContext>({
    type: "tiny.zone",
    permissions: { read: [] },
    read: async ({ props }) => ({ id: props.name, props, attributes: { id: props.name }, status: "settled" }),
  })
  const Record = tiny(
    "record",
    { identity: { by: "parent", of: "to", key: ["key"], unique: true } },
    { neverMarked: true, address: ({ to, key }) => `${to}/${key}` },
  )
  const deployment = new TinyDeployment([Zone, Record])
  deployment.cloud.insert({ id: "zone/www", kind: "record", props: { to: "zone", key: "www", color: "theirs" } })
  const result = await deployment.run((graph) => {
    const zone = graph.add(Zone, "api/zone", { name: "zone" })
    graph.add(Record, "api/record", { to: zone.ref("id"), key: "www", color: "ours" })
  })
  expect(result.outcome).toBe("failed")
  expect(deployment.onlyObject("record").props.color).toBe("theirs")
  await deployment.converge(null)
  expect(deployment.onlyObject("record").props.color).toBe("theirs")
})

describe("further objects with our mark", () => {
  const waiting: ObjectStatus = {
    waiting: { on: "person", code: "certificate_not_issued", message: "somebody has to agree" },
  }
  const types: [string, ObjectStatus][] = [
    ["", "settled"],
    [", also while the one that is known waits for a person", waiting],
  ]

  test.each(types)("are found and deleted, however many there are%s", async (_, status) => {
    const Assigned = tiny("app", { identity: { by: "assigned" } }, { address: "assigned", status: () => status })
    const one = (graph: Graph) => void graph.add(Assigned, "api/app", {})
    const deployment = new TinyDeployment([Assigned])
    const stop = new AbortController()
    const after = ({ verb }: CloudCall) => {
      if (verb !== "create") return
      stop.abort()
      throw new Error("connection reset")
    }
    await deployment.run(one, { signal: stop.signal, trouble: { after } })
    const made = deployment.onlyObject("app")
    for (const id of ["app-2", "app-3"]) deployment.cloud.insert({ ...structuredClone(made), id })
    for (let count = 0; count < 5; count += 1) {
      await deployment.run(one)
      await deployment.clock.advance(60_000)
    }
    expect((await deployment.row("api/app")).id).toBe(deployment.onlyObject("app").id)
    expect(deployment.store.events.filter(({ event }) => event === "twin_found")).toHaveLength(2)
    expect(await deployment.store.rows()).toHaveLength(1)
  })
})
