import { describe, expect, test } from "vitest"
import type { Graph } from "./graph.ts"
import { defineGate } from "./node-type.ts"
import { resolve } from "./resolve.ts"
import type { ObjectRow } from "./row.ts"
import type { MemoryContext } from "./testing/memory/object.ts"
import { graphOf, SECRET_KEY, tiny, tinyCall, tinyRow } from "./testing/tiny-types.ts"

const Target = tiny("target", { predict: ({ name }) => ({ address: `${name}.predicted` }) })
const Thing = tiny("thing")

const target = (changes: Partial<ObjectRow> = {}) =>
  tinyRow(Target, {
    node: "api/target",
    name: "tiny-api-target",
    id: "t-1",
    props: { size: 1 },
    attributes: { id: "t-1", address: "t-1.example" },
    status: "settled",
    ...changes,
  })
const answer = (build: (graph: Graph) => void, rows: readonly ObjectRow[], node = "api/thing", preview = false) => {
  const found = resolve(graphOf(build), rows, SECRET_KEY, { preview }).get(node)
  if (!found) throw new Error(`${node} is not resolved`)
  return found
}
const at =
  (level: "settled" | "exists" | "name", attribute: "id" | "address" = "address", size = 1) =>
  (graph: Graph) => {
    const other = graph.add(Target, "api/target", { size })
    graph.add(Thing, "api/thing", { to: other.ref(attribute, level) })
  }

describe("a settled reference", () => {
  test("is answered by a settled row with today's props, and records it", () => {
    const { wanted, blockedBy } = answer(at("settled"), [target()])
    expect(wanted).toMatchObject({ props: { to: "t-1.example" }, dependencies: ["obj_api/target#1"] })
    expect(blockedBy).toEqual([])
  })

  for (const [what, changes] of Object.entries<Partial<ObjectRow>>({
    changing: { status: "changing" },
    due: { status: "due" },
    "waiting on a person": { status: "waiting" },
    parked: { status: "parked" },
    "still called": { call: tinyCall("update", { open: true }) },
    "still operated on": { operation: "op-1" },
    "sent other props": { props: { size: 2 } },
    doomed: { doomed: true },
    "without the attribute": { attributes: {} },
  }))
    test(`is not answered by a row that is ${what}`, () => {
      expect(answer(at("settled"), [target(changes)])).toMatchObject({
        wanted: undefined,
        blockedBy: ["api/target"],
        usable: false,
      })
    })

  test("is answered whatever lazy and initial props are wanted", () => {
    const Lazy = tiny("target", { lazy: ["color"], initial: ["to"] })
    const build = (graph: Graph) => {
      const other = graph.add(Lazy, "api/target", { size: 1, color: "new", to: "new" })
      graph.add(Thing, "api/thing", { to: other.ref("id") })
    }
    expect(answer(build, [target({ props: { size: 1, color: "old", to: "old" } })]).blockedBy).toEqual([])
  })
})

describe("a reference to a gate", () => {
  test("records the object behind it too, so that the old one stays until whoever asked the gate has switched", () => {
    const Health = defineGate<object, { address: string }, MemoryContext>({
      type: "tiny.health",
      permissions: { read: [] },
      read: async () => undefined,
    })
    const build = (graph: Graph) => {
      const other = graph.add(Target, "api/target", { size: 1 })
      const health = graph.add(Health, "api/health", { address: other.ref("address") })
      graph.add(Thing, "api/thing", { to: health.ref("address") })
      graph.add(Thing, "api/late", {}, { after: [health] })
    }
    const health = tinyRow(Health, {
      node: "api/health",
      props: { address: "t-1.example" },
      attributes: { address: "t-1.example" },
      status: "settled",
      dependencies: ["obj_api/target#1"],
    })
    const dependencies = ["obj_api/health#1", "obj_api/target#1"]
    expect(answer(build, [target(), health]).wanted).toMatchObject({ props: { to: "t-1.example" }, dependencies })
    expect(answer(build, [target(), health], "api/late").wanted).toMatchObject({ dependencies })
  })
})

describe("an exists reference", () => {
  test("is answered as soon as there is an address", () => {
    const changing = { status: "changing" as const, props: { size: 2 } }
    expect(answer(at("exists", "id"), [target(changing)]).wanted).toMatchObject({
      props: { to: "t-1" },
      dependencies: ["obj_api/target#1"],
    })
    expect(answer(at("exists", "id"), [target({ ...changing, id: null })]).blockedBy).toEqual(["api/target"])
    expect(answer(at("exists", "id"), []).blockedBy).toEqual(["api/target"])
  })
})

describe("a name reference", () => {
  test("is predicted before anything exists, and records nothing", () => {
    expect(answer(at("name"), []).wanted).toMatchObject({
      props: { to: "tiny-api-target.predicted" },
      dependencies: [],
    })
  })

  test("is what the object answered once it did, so that a wrong prediction decides again", () => {
    const before = answer(at("name"), []).wanted?.fingerprint
    const after = answer(at("name"), [target({ status: "changing" })]).wanted
    expect(after).toMatchObject({ props: { to: "t-1.example" }, dependencies: [] })
    expect(after?.fingerprint).not.toBe(before)
  })

  test("carries the incarnation's name", () => {
    const second = target({ incarnation: 2, name: "tiny-api-target-2", attributes: {} })
    expect(answer(at("name"), [target({ attributes: {} }), second]).wanted?.props.to).toBe(
      "tiny-api-target-2.predicted",
    )
  })

  test("to what cannot be predicted blocks", () => {
    expect(answer(at("name", "id"), []).blockedBy).toEqual(["api/target"])
  })

  test("goes both ways", () => {
    const build = (graph: Graph) => {
      const other = graph.add(Target, "api/target", { size: 1 })
      const thing = graph.add(Target, "api/thing", { to: other.ref("address", "name") })
      const node = graph.nodes.get("api/target")
      if (node) node.props = { to: thing.ref("address", "name") }
    }
    expect(answer(build, []).wanted?.props.to).toBe("tiny-api-target.predicted")
    expect(answer(build, [], "api/target").wanted?.props.to).toBe("tiny-api-thing.predicted")
  })
})

describe("after", () => {
  const build = (graph: Graph) => {
    const other = graph.add(Target, "api/target", { size: 1 })
    graph.add(Thing, "api/thing", { size: 1 }, { after: [other] })
  }

  test("blocks until the other is usable, then records it", () => {
    expect(answer(build, []).blockedBy).toEqual(["api/target"])
    expect(answer(build, [target({ status: "changing" })]).blockedBy).toEqual(["api/target"])
    expect(answer(build, [target()]).wanted?.dependencies).toEqual(["obj_api/target#1"])
  })
})

describe("the wanted row", () => {
  const Replaced = tiny("thing", { replaceOn: ["to"] })
  const build = (to: string) => (graph: Graph) => void graph.add(Replaced, "api/thing", { to, size: 1 })
  const of = (to: string) => answer(build(to), []).of ?? ""

  test("is the newest not-doomed one with today's replacing props", () => {
    const rows = [
      tinyRow(Replaced, { of: of("a"), incarnation: 1 }),
      tinyRow(Replaced, { of: of("b"), incarnation: 2 }),
      tinyRow(Replaced, { of: of("a"), incarnation: 3 }),
      tinyRow(Replaced, { of: of("a"), incarnation: 4, doomed: true }),
    ]
    expect(answer(build("a"), rows).row?.incarnation).toBe(3)
    expect(answer(build("b"), rows).row?.incarnation).toBe(2)
    expect(answer(build("c"), rows).row).toBeUndefined()
  })

  test("is known while only props that do not replace are unknown", () => {
    const blocked = (field: "to" | "size") => (graph: Graph) => {
      const other = graph.add(Target, "api/target", { size: 1 })
      const ref = other.ref("id") as never
      graph.add(Replaced, "api/thing", field === "to" ? { to: ref, size: 1 } : { to: "a", size: ref })
    }
    const row = tinyRow(Replaced, { of: of("a") })
    expect(answer(blocked("size"), [row])).toMatchObject({ row: { incarnation: 1 }, wanted: undefined })
    expect(answer(blocked("to"), [row])).toMatchObject({ of: undefined, row: undefined, wanted: undefined })
  })
})

test("secrets are handed out in the clear and kept as hashes", () => {
  const Secret = tiny("thing", { secret: ["secret"] })
  const { wanted } = answer((graph) => void graph.add(Secret, "api/thing", { secret: "hunter2" }), [])
  expect(wanted?.props.secret).toBe("hunter2")
  expect(JSON.stringify(wanted?.sealed)).not.toContain("hunter2")
})

test("a secret that identifies an object leaves no hash that could be guessed at without the installation's key", () => {
  const Keyed = tiny("thing", { secret: ["secret"], replaceOn: ["secret"] })
  const build = (graph: Graph) => void graph.add(Keyed, "api/thing", { secret: "hunter2" })
  const of = (key: Uint8Array) => resolve(graphOf(build), [], key).get("api/thing")?.of
  expect(of(SECRET_KEY)).not.toBe(of(new Uint8Array(32)))
})

test("a preview blocks on nothing: what is not known yet says after what", () => {
  expect(answer(at("settled"), [], "api/thing", true).wanted?.props).toEqual({ to: { $after: "api/target" } })
  expect(answer(at("settled"), [target()], "api/thing", true).wanted?.props).toEqual({ to: "t-1.example" })
})
