import type { Json } from "@alienplatform/core"
import { defineBorrowed, defineGate, defineLookup, type ObjectStore, type Reading } from "@alienplatform/engine"
import {
  FOREIGN_OWNER,
  type MemoryContext,
  markOf,
  TinyDeployment,
  type TinyType,
  tiny,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import { adoptedRows, forgottenChoices } from "../record/forgotten.ts"

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
const Secret = tiny("secret", { secret: ["secret"] }, { hiddenProps: ["secret"] })
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

const deployed = async (types: ConstructorParameters<typeof TinyDeployment>[0] = all, build = everything()) => {
  const deployment = new TinyDeployment(types)
  await deployment.converge(build)
  return deployment
}

/** Drops all rows, as the store does, and lets a long time pass. */
async function forget(deployment: TinyDeployment): Promise<void> {
  const rows = await deployment.store.rows()
  await deployment.store.save(deployment.lease(), {
    remove: rows.map(({ object }) => object),
    choices: forgottenChoices(rows, await deployment.store.choices()),
  })
  expect(await deployment.store.rows()).toEqual([])
  await deployment.clock.advance(7 * 24 * 3_600_000)
}

async function adopt(deployment: TinyDeployment): Promise<void> {
  const { rows, dropChoices } = adoptedRows(await deployment.store.choices())
  const put = rows.flatMap((row) => (row.format === 2 ? [row] : []))
  await deployment.store.save(deployment.lease(), { put, dropChoices })
}

const forgottenAndAdopted = async (deployment: TinyDeployment) => {
  await forget(deployment)
  await adopt(deployment)
}

const objectsOf = (deployment: TinyDeployment) =>
  [...deployment.cloud.objects.values()].map(({ id, owner }) => ({ id, owner }))

describe("a deployment that was forgotten and is adopted", () => {
  test("finds each of its objects again, and calls nothing", async () => {
    const deployment = await deployed()
    await deployment.converge(everything("blue"))
    expect((await deployment.row("api/thing")).incarnation).toBe(2)
    const before = await deployment.store.rows()
    const objects = objectsOf(deployment)
    await forgottenAndAdopted(deployment)
    const { mutations } = deployment.cloud
    await deployment.converge(everything("blue"))
    expect(deployment.cloud.mutations).toBe(mutations)
    expect(objectsOf(deployment)).toEqual(objects)
    const addresses = (rows: typeof before) => rows.map(({ node, incarnation, id }) => ({ node, incarnation, id }))
    expect(addresses(await deployment.store.rows())).toEqual(expect.arrayContaining(addresses(before)))
  })

  test("counts on where it was when an object is replaced later", async () => {
    const deployment = await deployed([Thing], (graph) => void graph.add(Thing, "api/thing", { color: "red" }))
    const painted = (color: string) => (graph: Graph) => void graph.add(Thing, "api/thing", { color })
    await deployment.converge(painted("blue"))
    await forgottenAndAdopted(deployment)
    await deployment.converge(painted("blue"))
    await deployment.converge(painted("green"))
    expect(deployment.onlyObject("thing")).toMatchObject({ id: "tiny-api-thing-3", owner: markOf("api/thing", 3) })
  })

  test("replaces what a release changed meanwhile, with its successor first", async () => {
    const deployment = await deployed()
    await forgottenAndAdopted(deployment)
    const order: string[] = []
    const before = ({ verb, kind }: { verb: string; kind: string }) => {
      if (kind === "thing" && verb !== "read") order.push(verb)
    }
    await deployment.converge(everything("blue"), { trouble: { before } })
    expect(order).toEqual(["create", "delete"])
    expect(deployment.onlyObject("thing").id).toBe("tiny-api-thing-2")
  })

  test("makes again what is gone, and nothing else", async () => {
    const deployment = await deployed()
    await forgottenAndAdopted(deployment)
    deployment.cloud.objects.delete("tiny-api-later")
    const made: string[] = []
    await deployment.converge(everything(), {
      trouble: { before: ({ verb, kind }) => void (verb === "create" && made.push(kind)) },
    })
    expect(made).toEqual(["later"])
  })

  test("leaves alone what somebody else has marked meanwhile", async () => {
    const deployment = await deployed()
    await forgottenAndAdopted(deployment)
    deployment.onlyObject("secret").owner = FOREIGN_OWNER
    const { outcome, rows } = await deployment.run(everything())
    expect(outcome).toBe("failed")
    expect(rows.find(({ node }) => node === "api/secret")?.state.why?.code).toBe("name_taken")
    expect(deployment.onlyObject("secret").owner).toEqual(FOREIGN_OWNER)
  })

  test("takes an object whose mark somebody removed for somebody else's", async () => {
    const deployment = await deployed([Thing], (graph) => void graph.add(Thing, "api/thing", {}))
    await forgottenAndAdopted(deployment)
    deployment.onlyObject("thing").owner = undefined
    expect((await deployment.run((graph) => void graph.add(Thing, "api/thing", {}))).outcome).toBe("failed")
    expect(deployment.onlyObject("thing").owner).toBeUndefined()
  })

  test("keeps entries in a shared object while what they refer to is still being found", async () => {
    const deployment = await deployed()
    await forgottenAndAdopted(deployment)
    const entries = JSON.stringify(deployment.onlyObject("listener").props.entries)
    const seen = new Set<string>()
    const watch = () => void seen.add(JSON.stringify(deployment.onlyObject("listener").props.entries))
    await deployment.converge(everything(), { trouble: { before: watch, after: watch } })
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
    const deployment = new TinyDeployment([Theirs])
    const theirs = { theirs: { to: "two" } }
    deployment.cloud.insert({ id: "theirs", kind: "theirs", props: { entries: theirs } })
    await deployment.converge(build)
    await forgottenAndAdopted(deployment)
    const { mutations } = deployment.cloud
    await deployment.converge(build)
    expect(deployment.cloud.mutations).toBe(mutations)
    expect(deployment.onlyObject("theirs").props.entries).toEqual({ ...theirs, ours: { to: "one" } })
    await deployment.converge(null)
    expect(deployment.onlyObject("theirs").props.entries).toEqual(theirs)
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
    const deployment = await deployed([Thing, Health, Route], build)
    expect(deployment.onlyObject("route").props.to).toBe("api")
    await forgottenAndAdopted(deployment)
    healthy = false
    await deployment.run(build)
    expect(deployment.onlyObject("route").props.to).toBe("api")
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
    const deployment = await deployed([InUse, Keyed], build)
    await forgottenAndAdopted(deployment)
    const refused: string[] = []
    await deployment.converge(null, {
      trouble: { before: ({ verb, kind }) => void (verb === "delete" && refused.push(kind)) },
    })
    expect(refused).toEqual(["keyed", "assigned"])
    expect(deployment.cloud.objects.size).toBe(0)
  })

  test("removes what was on its way out when it was forgotten", async () => {
    const Retired = tiny("thing", { replaceOn: ["color"], retireAfter: 3_600_000 })
    const painted = (color: string) => (graph: Graph) => void graph.add(Retired, "api/thing", { color })
    const deployment = new TinyDeployment([Retired])
    await deployment.run(painted("red"))
    await deployment.run(painted("blue"))
    expect(deployment.objects("thing")).toHaveLength(2)
    await forgottenAndAdopted(deployment)
    await deployment.converge(painted("blue"))
    expect(deployment.onlyObject("thing").id).toBe("tiny-api-thing-2")
  })

  test("is planned as what is there already", async () => {
    const deployment = await deployed()
    await forgottenAndAdopted(deployment)
    const { mutations } = deployment.cloud
    const { summary } = await deployment.plan(everything())
    expect(summary).toMatchObject({ create: 0, replace: 0, delete: 0 })
    expect(summary.adopt).toBeGreaterThan(5)
    expect(deployment.cloud.mutations).toBe(mutations)
  })

  test("can be forgotten again before it has found anything, and when it has found half of it", async () => {
    for (const reads of [0, 4]) {
      const deployment = await deployed()
      await forgottenAndAdopted(deployment)
      const stop = new AbortController()
      let calls = 0
      const before = () => {
        calls += 1
        if (calls > reads) stop.abort()
      }
      await deployment.run(everything(), { signal: stop.signal, trouble: { before } })
      await forgottenAndAdopted(deployment)
      const { mutations } = deployment.cloud
      await deployment.converge(everything())
      expect(deployment.cloud.mutations).toBe(mutations)
    }
  })

  test("ends alike wherever its first run is killed", async () => {
    const writes = async (last: number) => {
      const deployment = await deployed()
      await forgottenAndAdopted(deployment)
      const { mutations } = deployment.cloud
      let count = 0
      const { store } = deployment
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
      await deployment.run(everything(), { store: killed }).catch(() => {})
      await deployment.converge(everything())
      expect(deployment.cloud.mutations).toBe(mutations)
      return count
    }
    const total = await writes(Number.POSITIVE_INFINITY)
    expect(total).toBeGreaterThan(8)
    for (let last = 0; last < total; last += 1) await writes(last)
  })
})
