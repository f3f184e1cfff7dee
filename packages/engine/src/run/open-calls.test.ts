import { type CloudCall, type MemoryContext, type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineLookup } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"
import type { ObjectStatus } from "../declare/reading.ts"
import type { ObjectStore } from "../record/object-store.ts"
import { Life } from "../testing/node-contract/life.ts"

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

const refusals = (trial: Trial) => trial.store.events.filter(({ event }) => event === "refused")
const firstOf = async (trial: Trial, node: string) => {
  const row = (await trial.store.rows()).find((one) => one.node === node && one.incarnation === 1)
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
    const trial = new Trial([Target, App])
    await trial.converge(app("1"))
    await trial.run(app("2"), { trouble: lost("app") })
    const old = await firstOf(trial, "api/target")
    expect(await trial.row("api/app")).toMatchObject({
      call: { verb: "update", open: true },
      dependencies: { [old]: "use", [(await trial.row("api/target")).object]: "use" },
    })
    await trial.converge(null)
    expect(refusals(trial)).toEqual([])
  })

  test("a part depends on the old one and on the new one, and a destroy goes in that order", async () => {
    const trial = new Trial([Target, Balancer])
    await trial.converge(balancer("1"))
    await trial.run(balancer("2"), { trouble: lost("balancer") })
    const old = await firstOf(trial, "api/target")
    const { parts } = await trial.row("_stack/balancer")
    expect(parts.host?.dependencies).toEqual({ [old]: "use", [(await trial.row("api/target")).object]: "use" })
    await trial.converge(null)
    expect(refusals(trial)).toEqual([])
  })

  test("the dependency on the old one ends with a reading that shows the new one", async () => {
    const trial = new Trial([Target, App])
    await trial.converge(app("1"))
    await trial.run(app("2"), { trouble: lost("app") })
    await trial.converge(app("2"))
    expect((await trial.row("api/app")).dependencies).toEqual({ [(await trial.row("api/target")).object]: "use" })
    expect(trial.objects("target")).toHaveLength(1)
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
  const trial = new Trial([Stubborn])
  await trial.converge(one(1))
  const failed = async (retry: boolean) => {
    let result = await trial.run(one(2), { retry })
    for (let count = 0; count < 10 && result.outcome === "progressing"; count += 1) {
      await trial.clock.advance(Math.max(0, (result.dueAt ?? 0) - trial.clock.now()))
      result = await trial.run(one(2))
    }
    return result.outcome
  }
  expect(await failed(false)).toBe("failed")
  expect(updates).toBe(3)
  expect(await failed(true)).toBe("failed")
  expect(updates).toBe(6)
  stubborn = false
  expect((await trial.converge(one(2), { retry: true })).outcome).toBe("settled")
})

test("what is wanted otherwise when a read comes back is looked at once more before anything is called", async () => {
  const Guessed = tiny("guessed", { predict: ({ name }) => ({ address: `${name}.guess` }) })
  const trial = new Trial([Guessed, App])
  const known = Promise.withResolvers<void>()
  const sent: unknown[] = []
  const store: ObjectStore = {
    ...new Life().store(trial.store),
    save: async (lease, changes) => {
      await trial.store.save(lease, changes)
      if (changes.put?.some(({ node, state }) => node === "api/guessed" && state.status === "settled")) known.resolve()
    },
  }
  await trial.run(
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
          if (verb === "create" && kind === "app") sent.push(trial.only("app").props.to)
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
  const trial = new Trial([Zone, Record])
  trial.cloud.insert({ id: "zone/www", kind: "record", props: { to: "zone", key: "www", color: "theirs" } })
  const result = await trial.run((graph) => {
    const zone = graph.add(Zone, "api/zone", { name: "zone" })
    graph.add(Record, "api/record", { to: zone.ref("id"), key: "www", color: "ours" })
  })
  expect(result.outcome).toBe("failed")
  expect(trial.only("record").props.color).toBe("theirs")
  await trial.converge(null)
  expect(trial.only("record").props.color).toBe("theirs")
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
    const trial = new Trial([Assigned])
    const stop = new AbortController()
    const after = ({ verb }: CloudCall) => {
      if (verb !== "create") return
      stop.abort()
      throw new Error("connection reset")
    }
    await trial.run(one, { signal: stop.signal, trouble: { after } })
    const made = trial.only("app")
    for (const id of ["app-2", "app-3"]) trial.cloud.insert({ ...structuredClone(made), id })
    for (let count = 0; count < 5; count += 1) {
      await trial.run(one)
      await trial.clock.advance(60_000)
    }
    expect((await trial.row("api/app")).id).toBe(trial.only("app").id)
    expect(trial.store.events.filter(({ event }) => event === "twin_found")).toHaveLength(2)
    expect(await trial.store.rows()).toHaveLength(1)
  })
})
