import {
  graphOf,
  type MemoryContext,
  SECRET_KEY,
  type TinyType,
  tiny,
  tinyCall,
  tinyRow,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineGate, defineLookup } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"
import type { ObjectRow } from "../record/row.ts"
import { sentHash } from "./references.ts"
import { isSentAsWanted } from "./resolve-node.ts"
import { Resolver } from "./resolver.ts"

const Target = tiny("target", { predict: ({ name }) => ({ address: `${name}.predicted` }) })
const Thing = tiny("thing")
const settled = { status: "settled", why: null } as const
const changing = { status: "changing", why: null } as const
const person = { code: "c", message: "m" }

const target = (changes: Partial<ObjectRow> = {}) =>
  tinyRow(Target, {
    node: "api/target",
    name: "tiny-api-target",
    of: ofTarget(Target),
    id: "t-1",
    props: { size: 1 },
    attributes: { id: "t-1", address: "t-1.example" },
    state: settled,
    served: true,
    ...changes,
  })
const answer = (build: (graph: Graph) => void, rows: readonly ObjectRow[], node = "api/thing", preview = false) => {
  const graph = graphOf(build)
  const resolver = new Resolver({
    graph,
    secretKey: SECRET_KEY,
    preview,
    rowsOf: (of) => rows.filter((row) => row.node === of),
  })
  resolver.refresh()
  const found = resolver.entries.get(node)
  if (!found) throw new Error(`${node} is not resolved`)
  return found
}
/** Identity hash of an object without replacing props. */
function ofTarget(type: TinyType): string {
  return answer((graph) => void graph.add(type, "api/thing", {}), []).identityHash ?? ""
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
    expect(wanted).toMatchObject({ props: { to: "t-1.example" }, dependencies: { "obj_api/target#1": "use" } })
    expect(blockedBy).toEqual([])
  })

  for (const [what, changes] of Object.entries<Partial<ObjectRow>>({
    changing: { state: changing },
    due: { state: { status: "due", why: null } },
    "waiting on a person": { state: { status: "waiting", why: person } },
    parked: { state: { status: "parked", why: person, refused: null } },
    "still called": { call: tinyCall("update", { open: true }) },
    "still operated on": { operation: { value: "op-1", since: 0 } },
    "sent other props": { props: { size: 2 } },
    doomed: { doomed: true },
    "a twin": { twin: true },
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

  test("in a prop that makes another object holds it as what it is made for", () => {
    const Child = tiny("thing", { identity: { by: "parent", of: "to", key: ["key"] } })
    const build = (graph: Graph) => {
      const other = graph.add(Target, "api/target", { size: 1 })
      graph.add(Child, "api/thing", { to: other.ref("id"), color: other.ref("address"), key: "k" })
    }
    expect(answer(build, [target()]).wanted?.dependencies).toEqual({ "obj_api/target#1": "identity" })
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
      of: answer((graph) => void graph.add(Health, "api/thing", {}), []).identityHash ?? "",
      props: { address: "t-1.example" },
      attributes: { address: "t-1.example" },
      state: settled,
      dependencies: { "obj_api/target#1": "use" },
    })
    const dependencies = { "obj_api/health#1": "use", "obj_api/target#1": "use" }
    expect(answer(build, [target(), health]).wanted).toMatchObject({ props: { to: "t-1.example" }, dependencies })
    expect(answer(build, [target(), health], "api/late").wanted).toMatchObject({ dependencies })
  })
})

describe("an exists reference", () => {
  test("is answered as soon as there is an address", () => {
    const early = { state: changing, props: { size: 2 } }
    expect(answer(at("exists", "id"), [target(early)]).wanted).toMatchObject({
      props: { to: "t-1" },
      dependencies: { "obj_api/target#1": "use" },
    })
    expect(answer(at("exists", "id"), [target({ ...early, id: null })]).blockedBy).toEqual(["api/target"])
    expect(answer(at("exists", "id"), []).blockedBy).toEqual(["api/target"])
  })
})

describe("a name reference", () => {
  test("is predicted before anything exists, and records nothing", () => {
    expect(answer(at("name"), []).wanted).toMatchObject({
      props: { to: "tiny-api-target.predicted" },
      dependencies: {},
    })
  })

  test("is what the object answered once it did, so that a wrong prediction decides again", () => {
    const before = answer(at("name"), []).wanted?.fingerprint
    const after = answer(at("name"), [target({ state: changing, served: false })]).wanted
    expect(after).toMatchObject({ props: { to: "t-1.example" }, dependencies: { "obj_api/target#1": "name" } })
    expect(after?.fingerprint).not.toBe(before)
  })

  test("answers with what serves until its successor has served", () => {
    const next = (changes: Partial<ObjectRow>) =>
      target({ incarnation: 2, id: "t-2", attributes: { id: "t-2", address: "t-2.example" }, ...changes })
    const before = answer(at("name"), [target(), next({ served: false, state: changing })]).wanted
    expect(before).toMatchObject({ props: { to: "t-1.example" }, dependencies: { "obj_api/target#1": "name" } })
    const after = answer(at("name"), [target(), next({ served: true })]).wanted
    expect(after).toMatchObject({ props: { to: "t-2.example" }, dependencies: { "obj_api/target#2": "name" } })
  })

  test("never answers with a twin, or with what is doomed", () => {
    const rows = [target({ doomed: true }), target({ incarnation: 2, twin: true })]
    expect(answer(at("name"), rows).wanted).toMatchObject({
      props: { to: "tiny-api-target.predicted" },
      dependencies: {},
    })
  })

  test("carries the incarnation's name", () => {
    const second = target({ incarnation: 2, id: null, served: false, name: "tiny-api-target-2", attributes: {} })
    expect(answer(at("name"), [target({ id: null, served: false, attributes: {} }), second]).wanted?.props.to).toBe(
      "tiny-api-target-2.predicted",
    )
  })

  test("to what cannot be predicted blocks", () => {
    expect(answer(at("name", "id"), []).blockedBy).toEqual(["api/target"])
  })

  test("goes through further names", () => {
    const Chained = tiny("chained", { predict: ({ props: { to } }) => (to ? { address: `${to}/chained` } : {}) })
    const build = (graph: Graph) => {
      const first = graph.add(Target, "api/target", {})
      const second = graph.add(Chained, "api/second", { to: first.ref("address", "name") })
      graph.add(Thing, "api/thing", { to: second.ref("address", "name") })
    }
    expect(answer(build, []).wanted?.props.to).toBe("tiny-api-target.predicted/chained")
  })

  test("that goes in a circle of predictions blocks", () => {
    const Chained = tiny("chained", { predict: ({ props: { to } }) => (to ? { address: `${to}+` } : {}) })
    const build = (graph: Graph) => {
      const other = graph.add(Chained, "api/target", {})
      const thing = graph.add(Chained, "api/thing", { to: other.ref("address", "name") })
      const node = graph.nodes.get("api/target")
      if (node) node.props = { to: thing.ref("address", "name") }
    }
    expect(answer(build, []).blockedBy).toEqual(["api/target"])
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

describe("what was last asked of a node", () => {
  const build = (level: "settled" | "exists", color: string) => (graph: Graph) => {
    const other = graph.add(Lazy, "api/target", { size: 1, color })
    graph.add(Thing, "api/thing", { to: other.ref("$sent", level) })
  }
  const Lazy = tiny("target", { lazy: ["color"] })
  const to = (rows: readonly ObjectRow[], preview = false) =>
    answer(build("settled", "red"), rows, "api/thing", preview).wanted?.props.to

  test("is a hash of it, whatever was read and lazy props aside", () => {
    const asked = to([target({ props: { size: 1, color: "red" } })])
    expect(asked).toMatch(/^[0-9a-f]{32}$/)
    expect(to([target({ props: { size: 1, color: "blue" }, attributes: { id: "t-9", size: 9 } })])).toBe(asked)
    const other = answer(build("exists", "red"), [target({ props: { size: 2 } })]).wanted?.props.to
    expect(other).toBe(sentHash(Lazy, { size: 2 }))
    expect(other).not.toBe(asked)
  })

  test("blocks until it is as wanted", () => {
    expect(answer(build("settled", "red"), [target({ props: { size: 2 } })]).blockedBy).toEqual(["api/target"])
    expect(answer(build("settled", "red"), []).blockedBy).toEqual(["api/target"])
  })

  test("is known to a plan as what will be asked", () => {
    expect(to([], true)).toBe(sentHash(Lazy, { size: 1 }))
    expect(to([target({ props: { size: 7 } })], true)).toBe(sentHash(Lazy, { size: 1 }))
    const unknown = (graph: Graph) => {
      const first = graph.add(Target, "api/first", {})
      const other = graph.add(Lazy, "api/target", { to: first.ref("id") })
      graph.add(Thing, "api/thing", { to: other.ref("$sent") })
    }
    expect(answer(unknown, [], "api/thing", true).wanted?.props.to).toEqual({ $after: "api/target" })
  })
})

describe("a value that a gate switches", () => {
  const Gate = defineGate<{ of: string }, { of: string }, MemoryContext>({
    type: "tiny.gate",
    permissions: { read: [] },
    read: async () => undefined,
  })
  const build = (graph: Graph) => {
    const other = graph.add(Target, "api/target", { size: 1 })
    const gate = graph.add(Gate, "api/gate", { of: other.ref("id") })
    graph.add(Thing, "api/thing", { to: gate.once<string>(other.ref("address"), { until: "old" }) })
  }
  const gate = (changes: Partial<ObjectRow> = {}) =>
    tinyRow(Gate, {
      node: "api/gate",
      of: answer((graph) => void graph.add(Gate, "api/thing", { of: "" }), []).identityHash ?? "",
      props: { of: "t-1" },
      state: settled,
      ...changes,
    })
  const thing = (to: string) => tinyRow(Thing, { of: ofTarget(Thing), props: { to }, id: "thing" })
  const to = (...rows: ObjectRow[]) => answer(build, [target(), ...rows]).wanted?.props.to

  test("is one before the gate passes, and the other from then on", () => {
    expect(to()).toBe("old")
    expect(to(gate({ state: { status: "waiting", why: person } }))).toBe("old")
    expect(to(gate())).toBe("t-1.example")
  })

  test("stays as it was last sent while the gate is asked anew, and holds what it held", () => {
    const anew = [
      gate({ props: { of: "t-0" } }),
      { ...thing("t-0.example"), dependencies: { obj_old: "use" as const } },
    ]
    expect(to(...anew)).toBe("t-0.example")
    expect(answer(build, [target(), ...anew]).wanted?.dependencies).toEqual({ obj_old: "use" })
  })

  test("orders nothing: it is there before the gate can be asked", () => {
    const early = (graph: Graph) => {
      const other = graph.add(Target, "api/target", { size: 1 })
      const asked = graph.add(Gate, "api/gate", { of: other.ref("id") })
      graph.add(Thing, "api/thing", { to: asked.once("new", { until: "old" }) })
    }
    expect(answer(early, [])).toMatchObject({ blockedBy: [], wanted: { props: { to: "old" } } })
    // What was asked of it before is all that is known of what it would be asked today.
    expect(answer(early, [target({ state: changing }), gate()]).wanted?.props.to).toBe("new")
  })

  test("does not show a secret that was last sent", () => {
    const Secret = tiny("thing", { secret: ["secret"] })
    const secret = (graph: Graph) => {
      const asked = graph.add(Gate, "api/gate", { of: "x" })
      graph.add(Secret, "api/thing", { secret: asked.once("new", { until: "old" }) })
    }
    const row = tinyRow(Secret, { of: ofTarget(Secret), props: { secret: { $sealed: "hash" } } })
    expect(answer(secret, [row]).wanted?.props.secret).toBe("old")
  })
})

describe("after", () => {
  const build = (graph: Graph) => {
    const other = graph.add(Target, "api/target", { size: 1 })
    graph.add(Thing, "api/thing", { size: 1 }, { after: [other] })
  }

  test("blocks until the other is usable, then records it", () => {
    expect(answer(build, []).blockedBy).toEqual(["api/target"])
    expect(answer(build, [target({ state: changing })]).blockedBy).toEqual(["api/target"])
    expect(answer(build, [target()]).wanted?.dependencies).toEqual({ "obj_api/target#1": "use" })
  })
})

describe("the wanted row", () => {
  const Replaced = tiny("thing", { replaceOn: ["to"] })
  const build = (to: string) => (graph: Graph) => void graph.add(Replaced, "api/thing", { to, size: 1 })
  const of = (to: string) => answer(build(to), []).identityHash ?? ""

  test("is the newest not-doomed one with today's replacing props", () => {
    const rows = [
      tinyRow(Replaced, { of: of("a"), incarnation: 1 }),
      tinyRow(Replaced, { of: of("b"), incarnation: 2 }),
      tinyRow(Replaced, { of: of("a"), incarnation: 3 }),
      tinyRow(Replaced, { of: of("a"), incarnation: 4, doomed: true }),
      tinyRow(Replaced, { of: of("a"), incarnation: 5, twin: true }),
    ]
    expect(answer(build("a"), rows).row?.incarnation).toBe(3)
    expect(answer(build("b"), rows).row?.incarnation).toBe(2)
    expect(answer(build("c"), rows).row).toBeUndefined()
  })

  test("is never one of another type", () => {
    const Other = tiny("other", { replaceOn: ["to"] })
    const row = tinyRow(Other, {
      of: answer((graph) => void graph.add(Other, "api/thing", { to: "a" }), []).identityHash ?? "",
    })
    expect(answer(build("a"), [row]).row).toBeUndefined()
  })

  test("is known while only props that do not replace are unknown", () => {
    const blocked = (field: "to" | "size") => (graph: Graph) => {
      const other = graph.add(Target, "api/target", { size: 1 })
      const ref = other.ref("id") as never
      graph.add(Replaced, "api/thing", field === "to" ? { to: ref, size: 1 } : { to: "a", size: ref })
    }
    const row = tinyRow(Replaced, { of: of("a") })
    expect(answer(blocked("size"), [row])).toMatchObject({ row: { incarnation: 1 }, wanted: undefined })
    expect(answer(blocked("to"), [row])).toMatchObject({ identityHash: undefined, row: undefined, wanted: undefined })
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
  const of = (secretKey: Uint8Array) => {
    const graph = graphOf((into) => void into.add(Keyed, "api/thing", { secret: "hunter2" }))
    const resolver = new Resolver({ graph, secretKey, rowsOf: () => [] })
    resolver.refresh()
    return resolver.entries.get("api/thing")?.identityHash
  }
  expect(of(SECRET_KEY)).not.toBe(of(new Uint8Array(32)))
})

describe("a preview", () => {
  test("blocks on nothing: what is not known yet says after what", () => {
    expect(answer(at("settled"), [], "api/thing", true).wanted?.props).toEqual({ to: { $after: "api/target" } })
    expect(answer(at("settled"), [target()], "api/thing", true).wanted?.props).toEqual({ to: "t-1.example" })
  })

  test("does not take what a lookup answered for the answer to other props", () => {
    const Found = defineLookup<{ arn: string }, { arn: string }, MemoryContext>({
      type: "tiny.found",
      permissions: { read: [] },
      read: async () => undefined,
    })
    const build = (arn: string) => (graph: Graph) => {
      const found = graph.add(Found, "api/found", { arn })
      graph.add(Thing, "api/thing", { to: found.ref("arn") })
    }
    const of = answer((graph) => void graph.add(Found, "api/thing", { arn: "" }), []).identityHash ?? ""
    const row = tinyRow(Found, { node: "api/found", of, props: { arn: "a" }, attributes: { arn: "a" }, state: settled })
    const to = (arn: string) => answer(build(arn), [row], "api/thing", true).wanted?.props.to
    expect(to("a")).toBe("a")
    expect(to("b")).toEqual({ $after: "api/found" })
  })
})

describe("what was last sent", () => {
  const Type = tiny("type", { lazy: ["color"], initial: ["to"], parts: "entries" })

  test("equals what is wanted, lazy, initial and parts aside", () => {
    expect(
      isSentAsWanted(Type, { size: 1, color: "a", to: "a" }, { size: 1, color: "b", to: "b", entries: { x: 1 } }),
    ).toBe(true)
    expect(isSentAsWanted(Type, { size: 1 }, { size: 2 })).toBe(false)
    expect(isSentAsWanted(Type, { size: 1 }, {})).toBe(false)
  })

  test("equals nothing when nothing was", () => {
    expect(isSentAsWanted(Type, null, {})).toBe(false)
  })
})
