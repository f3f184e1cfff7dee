import type { Json } from "@alienplatform/core"
import { defineBorrowed, defineGate, defineLookup, type ObjectStore, type Reading } from "@alienplatform/engine"
import { type MemoryContext, markOf, STRANGER, type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import { adoptedRows, forgottenRows } from "../record/forgotten.ts"

const Zone = defineLookup<{ key: string }, { id: string }, MemoryContext>({
  type: "tiny.Zone",
  permissions: { read: [] },
  read: async ({ props: { key } }) => ({ id: key, props: { key }, attributes: { id: key }, status: "settled" }),
})
const Thing = tiny("thing", { replaceOn: ["color"] })
const Assigned = tiny("assigned", { identity: { by: "assigned" } }, { address: "assigned" })
const Keyed = tiny("keyed", { identity: { by: "key", of: ["key"] } }, { address: ({ key }) => `keyed-${String(key)}` })
const Child = tiny(
  "child",
  { identity: { by: "parent", of: "to", key: ["key"], unique: true } },
  { address: ({ to, key }) => `${String(to)}/${String(key)}`, neverMarked: true },
)
const Named = tiny("named", { mark: "never" }, { neverMarked: true })
const Later = tiny("later", { mark: "later" }, { unmarkedCreate: true })
const Secret = tiny("secret", { secret: ["secret"] }, { hidden: ["secret"] })
const Listener = tiny("listener", { parts: "entries" })
const Route = tiny("route")

const all = [Zone, Thing, Assigned, Keyed, Child, Named, Later, Secret, Listener, Route]
const everything =
  (color = "red") =>
  (graph: Graph) => {
    const thing = graph.add(Thing, "api/thing", { color })
    const assigned = graph.add(Assigned, "api/assigned", { to: thing.ref("id") })
    graph.add(Keyed, "api/keyed", { key: "a.example", to: assigned.ref("id") })
    graph.add(Child, "api/child", { to: thing.ref("id"), key: "root" })
    const zone = graph.add(Zone, "api/zone", { key: "customers-zone" })
    graph.add(Named, "api/named", { to: zone.ref("id") })
    graph.add(Later, "api/later", {})
    graph.add(Secret, "api/secret", { secret: "s3cr3t" })
    const listener = graph.add(Listener, "_stack/listener", { size: 1 })
    const part = graph.part(listener, "a.example", { target: assigned.ref("address") })
    graph.add(Route, "api/route", {}, { after: [part] })
  }

const deployed = async (types: ConstructorParameters<typeof Trial>[0] = all, build = everything()) => {
  const trial = new Trial(types)
  await trial.converge(build)
  return trial
}

/** Drops all rows, as the store does, and lets a long time pass. */
async function forget(trial: Trial): Promise<void> {
  const rows = await trial.store.rows()
  await trial.store.save(trial.lease(), {
    remove: rows.map(({ object }) => object),
    choices: forgottenRows(rows, await trial.store.choices()),
  })
  expect(await trial.store.rows()).toEqual([])
  await trial.clock.advance(7 * 24 * 3_600_000)
}

async function adopt(trial: Trial): Promise<void> {
  const { rows, dropChoices } = adoptedRows(await trial.store.choices())
  const put = rows.flatMap((row) => (row.format === 2 ? [row] : []))
  await trial.store.save(trial.lease(), { put, dropChoices })
}

const forgottenAndAdopted = async (trial: Trial) => {
  await forget(trial)
  await adopt(trial)
}

const objectsOf = (trial: Trial) => [...trial.cloud.objects.values()].map(({ id, owner }) => ({ id, owner }))

describe("a deployment that was forgotten and is adopted", () => {
  test("finds each of its objects again, and calls nothing", async () => {
    const trial = await deployed()
    await trial.converge(everything("blue"))
    expect((await trial.row("api/thing")).incarnation).toBe(2)
    const before = await trial.store.rows()
    const objects = objectsOf(trial)
    await forgottenAndAdopted(trial)
    const { mutations } = trial.cloud
    await trial.converge(everything("blue"))
    expect(trial.cloud.mutations).toBe(mutations)
    expect(objectsOf(trial)).toEqual(objects)
    const addresses = (rows: typeof before) => rows.map(({ node, incarnation, id }) => ({ node, incarnation, id }))
    expect(addresses(await trial.store.rows())).toEqual(expect.arrayContaining(addresses(before)))
  })

  test("counts on where it was when an object is replaced later", async () => {
    const trial = await deployed([Thing], (graph) => void graph.add(Thing, "api/thing", { color: "red" }))
    const painted = (color: string) => (graph: Graph) => void graph.add(Thing, "api/thing", { color })
    await trial.converge(painted("blue"))
    await forgottenAndAdopted(trial)
    await trial.converge(painted("blue"))
    await trial.converge(painted("green"))
    expect(trial.only("thing")).toMatchObject({ id: "tiny-api-thing-3", owner: markOf("api/thing", 3) })
  })

  test("replaces what a release changed meanwhile, with its successor first", async () => {
    const trial = await deployed()
    await forgottenAndAdopted(trial)
    const order: string[] = []
    const before = ({ verb, kind }: { verb: string; kind: string }) => {
      if (kind === "thing" && verb !== "read") order.push(verb)
    }
    await trial.converge(everything("blue"), { trouble: { before } })
    expect(order).toEqual(["create", "delete"])
    expect(trial.only("thing").id).toBe("tiny-api-thing-2")
  })

  test("makes again what is gone, and nothing else", async () => {
    const trial = await deployed()
    await forgottenAndAdopted(trial)
    trial.cloud.objects.delete("tiny-api-later")
    const made: string[] = []
    await trial.converge(everything(), {
      trouble: { before: ({ verb, kind }) => void (verb === "create" && made.push(kind)) },
    })
    expect(made).toEqual(["later"])
  })

  test("leaves alone what somebody else has marked meanwhile", async () => {
    const trial = await deployed()
    await forgottenAndAdopted(trial)
    trial.only("secret").owner = STRANGER
    const { outcome, rows } = await trial.run(everything())
    expect(outcome).toBe("failed")
    expect(rows.find(({ node }) => node === "api/secret")?.state.why?.code).toBe("name_taken")
    expect(trial.only("secret").owner).toEqual(STRANGER)
  })

  test("takes an object whose mark somebody removed for somebody else's", async () => {
    const trial = await deployed([Thing], (graph) => void graph.add(Thing, "api/thing", {}))
    await forgottenAndAdopted(trial)
    trial.only("thing").owner = undefined
    expect((await trial.run((graph) => void graph.add(Thing, "api/thing", {}))).outcome).toBe("failed")
    expect(trial.only("thing").owner).toBeUndefined()
  })

  test("keeps entries in a shared object while what they refer to is still being found", async () => {
    const trial = await deployed()
    await forgottenAndAdopted(trial)
    const entries = JSON.stringify(trial.only("listener").props.entries)
    const seen = new Set<string>()
    const watch = () => void seen.add(JSON.stringify(trial.only("listener").props.entries))
    await trial.converge(everything(), { trouble: { before: watch, after: watch } })
    expect([...seen]).toEqual([entries])
  })

  test("keeps its entries in a customer's object, and takes them out in the end", async () => {
    const read = (cloud: MemoryContext["cloud"]): Reading<{ entries: Record<string, Json> }, object> => ({
      id: "theirs",
      props: { entries: { ...(cloud.objects.get("theirs")?.props.entries as Record<string, Json>) } },
      attributes: {},
      status: "settled",
    })
    const Theirs = defineBorrowed<{ entries: Record<string, Json> }, object, MemoryContext>({
      type: "tiny.Theirs",
      permissions: { read: [] },
      parts: "entries",
      read: async ({ cloud }) => cloud.request("read", "theirs", () => read(cloud)),
      update: async ({ cloud, props }) =>
        cloud.request("update", "theirs", () => {
          const object = cloud.objects.get("theirs")
          if (object) object.props = { ...props }
        }),
    })
    const build = (graph: Graph) =>
      void graph.part(graph.add(Theirs, "api/theirs", { entries: {} }), "ours", { to: "one" })
    const trial = new Trial([Theirs])
    const theirs = { theirs: { to: "two" } }
    trial.cloud.insert({ id: "theirs", kind: "theirs", props: { entries: theirs } })
    await trial.converge(build)
    await forgottenAndAdopted(trial)
    const { mutations } = trial.cloud
    await trial.converge(build)
    expect(trial.cloud.mutations).toBe(mutations)
    expect(trial.only("theirs").props.entries).toEqual({ ...theirs, ours: { to: "one" } })
    await trial.converge(null)
    expect(trial.only("theirs").props.entries).toEqual(theirs)
  })

  test("keeps what goes by a gate as it was while the gate is asked again", async () => {
    let healthy = true
    const Health = defineGate<{ of: string }, { of: string }, MemoryContext>({
      type: "tiny.Health",
      permissions: { read: [] },
      read: async ({ props: { of } }) => ({
        id: of,
        props: { of },
        attributes: { of },
        status: healthy ? "settled" : { waiting: { on: "gate", code: "workload_unhealthy", message: "not yet" } },
      }),
    })
    const build = (graph: Graph) => {
      const thing = graph.add(Thing, "api/thing", {})
      const health = graph.add(Health, "api/health", { of: thing.ref("id") })
      graph.add(Route, "api/route", { to: health.once<string>("api", { until: "maintenance" }) })
    }
    const trial = await deployed([Thing, Health, Route], build)
    expect(trial.only("route").props.to).toBe("api")
    await forgottenAndAdopted(trial)
    healthy = false
    await trial.run(build)
    expect(trial.only("route").props.to).toBe("api")
  })

  test("removes at once what it is destroyed with, dependants first, though nothing was found again before", async () => {
    const InUse: TinyType = tiny(
      "assigned",
      { identity: { by: "assigned" } },
      { address: "assigned", usedBy: ["keyed"] },
    )
    const build = (graph: Graph) => {
      const assigned = graph.add(InUse, "api/assigned", {})
      graph.add(Keyed, "api/keyed", { key: "a.example", to: assigned.ref("id") })
    }
    const trial = await deployed([InUse, Keyed], build)
    await forgottenAndAdopted(trial)
    const refused: string[] = []
    await trial.converge(null, {
      trouble: { before: ({ verb, kind }) => void (verb === "delete" && refused.push(kind)) },
    })
    expect(refused).toEqual(["keyed", "assigned"])
    expect(trial.cloud.objects.size).toBe(0)
  })

  test("removes what was on its way out when it was forgotten", async () => {
    const Retired = tiny("thing", { replaceOn: ["color"], retireAfter: 3_600_000 })
    const painted = (color: string) => (graph: Graph) => void graph.add(Retired, "api/thing", { color })
    const trial = new Trial([Retired])
    await trial.run(painted("red"))
    await trial.run(painted("blue"))
    expect(trial.objects("thing")).toHaveLength(2)
    await forgottenAndAdopted(trial)
    await trial.converge(painted("blue"))
    expect(trial.only("thing").id).toBe("tiny-api-thing-2")
  })

  test("is planned as what is there already", async () => {
    const trial = await deployed()
    await forgottenAndAdopted(trial)
    const { mutations } = trial.cloud
    const { summary } = await trial.plan(everything())
    expect(summary).toMatchObject({ create: 0, replace: 0, delete: 0 })
    expect(summary.adopt).toBeGreaterThan(5)
    expect(trial.cloud.mutations).toBe(mutations)
  })

  test("can be forgotten again before it has found anything, and when it has found half of it", async () => {
    for (const reads of [0, 4]) {
      const trial = await deployed()
      await forgottenAndAdopted(trial)
      const stop = new AbortController()
      let calls = 0
      const before = () => {
        calls += 1
        if (calls > reads) stop.abort()
      }
      await trial.run(everything(), { signal: stop.signal, trouble: { before } })
      await forgottenAndAdopted(trial)
      const { mutations } = trial.cloud
      await trial.converge(everything())
      expect(trial.cloud.mutations).toBe(mutations)
    }
  })

  test("ends alike wherever its first run is killed", async () => {
    const writes = async (last: number) => {
      const trial = await deployed()
      await forgottenAndAdopted(trial)
      const { mutations } = trial.cloud
      let count = 0
      const { store } = trial
      const killed: ObjectStore = {
        rows: () => store.rows(),
        choices: () => store.choices(),
        renew: (lease, until) => store.renew(lease, until),
        async save(lease, changes) {
          count += 1
          if (count > last) throw new Error("killed")
          await store.save(lease, changes)
        },
      }
      await trial.run(everything(), { store: killed }).catch(() => {})
      await trial.converge(everything())
      expect(trial.cloud.mutations).toBe(mutations)
      return count
    }
    const total = await writes(Number.POSITIVE_INFINITY)
    expect(total).toBeGreaterThan(8)
    for (let last = 0; last < total; last += 1) await writes(last)
  })
})
